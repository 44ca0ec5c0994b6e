import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import postgres from "postgres";
import { freePort } from "@/embedded/platform/free-port";
import { type EmbeddedPostgres, startPostgres } from "@/embedded/postgres/postgres";
import { expect, test } from "../support/browser/test";
import { insertPerson, insertSession } from "../support/factories/people";
import { insertWorkspace } from "../support/factories/workspaces";
import { type Instance, startInstance } from "../support/instance";

test.describe.configure({ mode: "serial" });
test.beforeEach(() => {
  test.info().annotations.push({ type: "expects-console-error" });
});

let folder: string;
let server: EmbeddedPostgres;
let atelier: Instance;
let origin: string;

test.beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "atelier-outage-"));
  // PostgreSQL may run under another account than this process.
  chmodSync(folder, 0o755);
  server = await startPostgres({ dataDir: folder });
  const port = await freePort();
  origin = `http://localhost:${port}`;
  atelier = await startInstance({
    PORT: String(port),
    APP_URL: origin,
    DATA_DIR: path.join(folder, "data"),
    DATABASE_URL: server.ownerUrl,
    DATABASE_APP_URL: server.appUrl,
    AUTH_SECRET: randomBytes(32).toString("base64"),
    KEY_PEPPER: randomBytes(32).toString("base64"),
    LOG_LEVEL: "error",
  });
});

test.afterAll(async () => {
  await atelier?.stop();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Stops the database as an operator's restart does, and waits until nothing answers at its port. */
async function stopDatabase(): Promise<void> {
  const [pid] = readFileSync(path.join(folder, "postgres", "postmaster.pid"), "utf8").split("\n");
  process.kill(Number(pid), "SIGINT");
  await expect
    .poll(() => {
      try {
        return process.kill(Number(pid), 0);
      } catch {
        return false;
      }
    })
    .toBe(false);
}

test("FA-18 without its database it accepts no session, keeps what was typed, and comes back by itself", async ({
  browser,
}) => {
  test.setTimeout(90_000);
  const sql = postgres(server.superuserUrl.replace(/\/[^/]*$/, "/atelier"), { max: 1, onnotice: () => {} });
  const { id } = await insertPerson(sql, { email: "ada@example.com" });
  await insertWorkspace(sql, id, { slug: "acme" });
  const token = await insertSession(sql, id);
  await sql.end();

  const cookie = `atelier.session=${token}`;
  const created = await fetch(`${origin}/api/trpc/keys.create`, {
    method: "POST",
    headers: { cookie, origin, "content-type": "application/json" },
    body: JSON.stringify({ workspace: "acme", name: "Backend", expiration: "30" }),
  });
  const key = (await created.json()).result.data.secret;
  const asProgram = (path_: string) => fetch(`${origin}${path_}`, { headers: { authorization: `Bearer ${key}` } });
  const asPerson = (path_: string, headers: Record<string, string> = {}) =>
    fetch(`${origin}${path_}`, { headers: { cookie, accept: "text/html", ...headers }, redirect: "manual" });
  expect((await asProgram("/v1/models")).status).toBe(200);
  expect((await asPerson("/w/acme/keys")).status).toBe(200);

  const context = await browser.newContext({ baseURL: origin });
  await context.addCookies([{ name: "atelier.session", value: token, url: origin, httpOnly: true, sameSite: "Lax" }]);
  const page = await context.newPage();
  await page.goto("/welcome/create");
  await page.getByLabel("Workspace name").fill("Typed with care");
  const signInPage = await (await browser.newContext({ baseURL: origin })).newPage();
  await signInPage.goto("/sign-in");
  await signInPage.getByLabel("Email").fill("grace@example.com");

  const open = await context.newPage();
  await open.goto("/w/acme");

  await stopDatabase();

  for (const protectedPath of [
    "/",
    "/account",
    "/welcome",
    "/w/acme",
    "/w/acme/keys",
    "/w/acme/members",
    "/w/nothing",
  ]) {
    const answer = await asPerson(protectedPath);
    const body = await answer.text();
    expect(answer.status, protectedPath).toBe(503);
    expect(answer.headers.get("content-type"), protectedPath).toContain("text/html");
    expect(Number(answer.headers.get("retry-after")), protectedPath).toBeGreaterThan(0);
    expect(answer.headers.get("cache-control"), protectedPath).toBe("private, no-store");
    expect(body, protectedPath).toContain("Atelier will be back in a moment");
    for (const kept of ["Acme", "Backend", "Ada", "ada@example.com"]) expect(body, protectedPath).not.toContain(kept);
    const part = await fetch(`${origin}${protectedPath}`, { headers: { cookie, rsc: "1", accept: "*/*" } });
    const text = await part.text();
    expect(text, protectedPath).not.toContain("Sign in");
    for (const kept of ["Acme", "Backend", "Ada", "ada@example.com"]) expect(text, protectedPath).not.toContain(kept);
  }
  const models = await asProgram("/v1/models");
  expect(models.status).toBe(503);
  expect(Number(models.headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await models.json()).error.code).toBe("unavailable");
  const procedure = await asPerson("/api/trpc/account.get");
  expect(procedure.status).toBe(503);
  expect((await procedure.json()).error.data.reason).toBe("unavailable");
  expect((await fetch(`${origin}/api/health`)).status).toBe(200);
  expect((await fetch(`${origin}/api/health/ready`)).status).toBe(503);

  await page.getByRole("button", { name: "Create workspace" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "Atelier cannot reach its database." })).toBeVisible();
  await expect(page.getByLabel("Workspace name")).toHaveValue("Typed with care");
  await signInPage.getByRole("button", { name: "Continue with email" }).click();
  await expect(signInPage.getByRole("alert").filter({ hasText: "Try again in a moment." })).toBeVisible();
  await expect(signInPage.getByLabel("Email")).toHaveValue("grace@example.com");
  await open.getByRole("link", { name: "Members", exact: true }).click();
  await expect(open.getByRole("button", { name: "Try again" })).toBeVisible();
  await expect(open.getByRole("table")).toHaveCount(0);
  const visited = await context.newPage();
  expect((await visited.goto("/w/acme/keys"))?.status()).toBe(503);
  await expect(visited.getByRole("heading", { name: "Atelier will be back in a moment" })).toBeVisible();

  const before = server.port;
  await server.stop();
  server = await startPostgres({ dataDir: folder });
  expect(server.port).toBe(before);
  await expect.poll(async () => (await fetch(`${origin}/api/health/ready`)).status).toBe(200);
  expect((await asPerson("/w/acme/keys")).status).toBe(200);
  expect((await asProgram("/v1/models")).status).toBe(200);
  await open.getByRole("button", { name: "Try again" }).click();
  await expect(open.getByRole("table", { name: "Members" })).toContainText("ada@example.com");
  // The calm page tries again by itself.
  await expect(visited.getByRole("heading", { name: "API Keys" })).toBeVisible();
  await page.getByRole("button", { name: "Create workspace" }).click();
  await expect(page).toHaveURL(/\/w\/typed-with-care$/);
  await signInPage.getByRole("button", { name: "Continue with email" }).click();
  await expect(signInPage.getByRole("heading", { name: "Check your email" })).toBeVisible();
  await expect.poll(async () => (await fetch(`${origin}/dev/mailbox`)).text()).toContain("grace@example.com");
  expect(atelier.isRunning()).toBe(true);
  await context.close();
  await signInPage.context().close();
});
