import { spawnSync } from "node:child_process";
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { connect } from "@/db/connect";
import { freePort } from "@/embedded/platform/free-port";
import { startPostgres } from "@/embedded/postgres/postgres";
import { runInCage } from "./cage";
import { readDockerfile } from "./dockerfile";

const mostMegabytes = 350;
const failures: string[] = [];
const check = (what: string, isSo: boolean, seen: unknown = "") => {
  console.log(`${isSo ? "ok  " : "FAIL"} ${what} ${seen}`);
  if (!isSo) failures.push(what);
};

if (process.platform !== "linux" || process.getuid?.() !== 0) {
  console.error("This needs Linux and root: it mounts folders in a namespace of its own.");
  process.exit(2);
}

const folder = mkdtempSync(path.join(tmpdir(), "atelier-container-"));
chmodSync(folder, 0o755);
const image = path.join(folder, "image");
const cage = path.join(folder, "root");
mkdirSync(cage);
const made = spawnSync(process.execPath, ["scripts/runtime.mjs", image], { stdio: "inherit" });
if (made.status !== 0) process.exit(1);
spawnSync("chmod", ["-R", "a+rX", image]);
const size = sizeOf(image) / 2 ** 20;
check(`the image's files are less than ${mostMegabytes} MB`, size < mostMegabytes, Math.round(size));

const server = await startPostgres({ dataDir: path.join(folder, "database") });
const port = await freePort();
const url = `http://localhost:${port}`;
const settings = readDockerfile("Dockerfile");
const environment = {
  ...settings.environment,
  ...{ PORT: String(port), APP_URL: url, DATABASE_URL: server.ownerUrl, KEEP_SECRETS: "true" },
};
const run = () => runInCage(cage, image, environment, settings.command);

try {
  const first = await measureStart(run());
  check(
    "it starts, migrates and is ready",
    first.ms !== undefined,
    first.ms === undefined ? first.output : `${first.ms} ms`,
  );
  check("its health check passes", (await ended(runInCage(cage, image, environment, settings.healthCheck))) === 0);
  const page = await fetch(`${url}/sign-in`);
  const text = await page.text();
  check("it serves its pages", page.status === 200 && text.includes("Continue"), page.status);
  const asset = /\/_next\/static\/[^"]+\.css/.exec(text)?.[0] ?? "";
  check("and what they load", (await fetch(url + asset)).status === 200, asset);
  check("a mail is rendered and delivered", await signInMailArrives(), "");
  const sql = connect(server.ownerUrl, { max: 1, onnotice: () => {} });
  const [row] = await sql`select count(*)::int as n from mail_outbox where status = 'failed'`;
  check("none failed", row?.n === 0);
  await sql.end();
  const endedWith = first.stop();
  check("SIGTERM ends it", (await endedWith) === 0, await endedWith);
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
console.log(failures.length === 0 ? "The image starts as a container." : `${failures.length} failed`);
process.exit(failures.length === 0 ? 0 : 1);

async function measureStart(child: ReturnType<typeof run>) {
  let output = "";
  child.stdout?.on("data", (chunk) => {
    output += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    output += chunk;
  });
  const exit = ended(child);
  const begunAt = Date.now();
  let ms: number | undefined;
  while (ms === undefined && child.exitCode === null && Date.now() - begunAt < 60_000) {
    const answer = await fetch(`${url}/api/health/ready`).catch(() => undefined);
    if (answer?.ok) ms = Date.now() - begunAt;
    else await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    ms,
    output,
    stop: () => {
      child.kill("SIGTERM");
      return exit;
    },
  };
}

function ended(child: ReturnType<typeof run>): Promise<number | null> {
  return new Promise((resolve) => child.once("exit", (code) => resolve(code)));
}

/** Asks for a sign-in link as a browser without JavaScript does, and looks for it in the mailbox that stands in for a provider. */
async function signInMailArrives(): Promise<boolean> {
  const page = await fetch(`${url}/sign-in`);
  const html = await page.text();
  const cookies = page.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
  const form = new FormData();
  const part = html.slice(
    html.indexOf('name="email"') < 0 ? 0 : html.lastIndexOf("<form", html.indexOf('name="email"')),
  );
  for (const [, name = "", value = ""] of part
    .slice(0, part.indexOf("</form>"))
    .matchAll(/<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?/g))
    form.set(name, value.replaceAll("&quot;", '"').replaceAll("&amp;", "&"));
  form.set("email", "ada@example.com");
  await fetch(`${url}/sign-in`, {
    method: "POST",
    body: form,
    redirect: "manual",
    headers: { cookie: cookies, origin: url },
  });
  for (let tries = 0; tries < 100; tries++) {
    const mailbox = await fetch(`${url}/dev/mailbox`);
    if ((await mailbox.text()).includes("ada@example.com")) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}

function sizeOf(file: string): number {
  const { size } = lstatSync(file);
  if (!lstatSync(file).isDirectory()) return size;
  return readdirSync(file).reduce((sum, name) => sum + sizeOf(path.join(file, name)), 0);
}
