import { randomBytes, randomUUID } from "node:crypto";
import { readdirSync } from "node:fs";
import { expectNoViolations } from "../support/browser/axe";
import { expect, test } from "../support/browser/test";

for (const javaScriptEnabled of [true, false]) {
  test(`BR-11 IS-22 a stranger's page says who is signed in and what to do, ${javaScriptEnabled ? "with" : "without"} JavaScript`, async ({
    signIn,
    pageOf,
    workspace,
    database,
  }) => {
    test.info().annotations.push({ type: "expects-console-error" });
    const { person: ada } = await signIn();
    const { person: grace } = await signIn({ email: `grace-${randomBytes(4).toString("hex")}@example.com` });
    const acme = await workspace(ada);
    const page = await pageOf(grace, { javaScriptEnabled, viewport: { width: 360, height: 780 } });
    for (const path of [`/w/${acme.slug}`, `/w/${acme.slug}/members`, `/w/nothing-${randomBytes(4).toString("hex")}`]) {
      expect((await page.goto(path))?.status(), path).toBe(404);
      await expect(page.getByRole("heading", { name: "There is nothing here", level: 1 })).toBeVisible();
      await expect(page.getByRole("main")).toContainText(`You are signed in as ${grace.email}`);
      await expect(
        page
          .getByRole("img", { name: "Atelier" })
          .or(page.getByText("Atelier", { exact: true }))
          .first(),
      ).toBeVisible();
      await expect(page.getByRole("link", { name: "Create or join workspace" })).toHaveAttribute("href", "/welcome");
      await expect(page.getByRole("link", { name: "Ask to join" })).toHaveAttribute(
        "href",
        path.replace(/^\/w(\/[^/]+).*/, "/join$1"),
      );
      const mail = await page.getByRole("link", { name: "Ask for an invitation" }).getAttribute("href");
      expect(mail).toContain(encodeURIComponent(grace.email));
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
      if (javaScriptEnabled) await expectNoViolations(page, path);
    }
    await page.goto(`/w/${acme.slug}`);
    await page.getByRole("link", { name: "Ask to join" }).click();
    await expect(page.getByText("No workspace accepts requests to join at this address.")).toBeVisible();
    await database`update workspaces set is_join_page_open = true where id = ${acme.id}`;
    await page.reload();
    await expect(page.getByRole("button", { name: "Ask to join" })).toBeVisible();
    await page.goto(`/w/${acme.slug}/members`);
    await page.getByRole("button", { name: "Switch account" }).click();
    await expect(page).toHaveURL(`/sign-in?callbackUrl=${encodeURIComponent(`/w/${acme.slug}/members`)}`);
  });
}

test("BR-11 an unknown workspace and a foreign one answer the same, to the byte", async ({
  request,
  signIn,
  workspace,
  cookieOf,
  baseURL,
}) => {
  const { person: ada } = await signIn();
  const { person: grace } = await signIn();
  const acme = await workspace(ada, "Acme");
  const unknown = `acme-${randomBytes(4).toString("hex")}`;
  const cookie = await cookieOf(grace);
  const bodyOf = async (slug: string) => {
    const answer = await request.get(`${baseURL}/w/${slug}/keys`, { headers: { cookie, accept: "text/html" } });
    expect(answer.status()).toBe(404);
    const nonce = /'nonce-([^']+)'/.exec(answer.headers()["content-security-policy"] ?? "")?.[1] ?? "";
    expect(nonce).not.toBe("");
    const body = await answer.text();
    expect(body).toContain(`nonce="${nonce}"`);
    // Random names that Next creates for each answer, and the order of its streamed pieces.
    const same = body
      .replaceAll(nonce, "NONCE")
      .replaceAll(slug, "SLUG")
      .replace(/"[\w-]{21}[mv]"/g, "");
    return same
      .split(/\n|\\n/)
      .sort()
      .join("\n");
  };
  const [foreign, missing] = [await bodyOf(acme.slug), await bodyOf(unknown)];
  expect(foreign === missing).toBe(true);
});

test("BI-17 IS-15 parameters of an address select only from our own sentences", async ({
  request,
  signIn,
  workspace,
  cookieOf,
}) => {
  const { person } = await signIn();
  const acme = await workspace(person);
  const cookie = await cookieOf(person);
  const names = ["constructor", "__proto__", "toString", "hasOwnProperty"];
  const signedIn = [
    "/account",
    "/welcome",
    ...[
      "",
      "/keys",
      "/members",
      "/limits",
      "/billing",
      "/settings",
      "/models",
      "/models/files",
      "/usage",
      "/audit",
    ].map((page) => `/w/${acme.slug}${page}`),
  ];
  for (const name of names) {
    for (const query of ["error", "notice"])
      expect((await request.get(`/sign-in?${query}=${name}`)).status(), `${query}=${name}`).toBe(200);
    for (const page of signedIn)
      for (const query of ["done", "refused", "dialog", "sort", "state"])
        expect(
          (await request.get(`${page}?${query}=${name}`, { headers: { cookie } })).status(),
          `${page}?${query}=${name}`,
        ).toBeLessThan(500);
  }
});

test("BR-11 every file and picture of a workspace is refused to strangers before any part of it is sent", async ({
  request,
  signIn,
  workspace,
  cookieOf,
}) => {
  const { person: ada } = await signIn();
  const { person: grace } = await signIn();
  const acme = await workspace(ada, "Acme");
  const cookie = await cookieOf(grace);
  const routes = readdirSync("app/w/[workspace]", { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith("route.ts"))
    .map((file) => file.replace(/\/?route\.ts$/, "").replace(/\[[^\]]+\]/g, randomUUID()));
  expect(routes.length).toBeGreaterThan(5);
  for (const route of routes)
    for (const slug of [acme.slug, `acme-${randomBytes(4).toString("hex")}`]) {
      const path = `/w/${slug}/${route}`;
      expect((await request.get(path, { headers: { cookie } })).status(), path).toBe(404);
      expect((await request.get(path, { maxRedirects: 0 })).status(), path).toBe(307);
    }
});
