import { randomBytes } from "node:crypto";
import { signInByMail } from "../support/browser/sign-in";
import { expect, test } from "../support/browser/test";

test("two tabs are in two workspaces, and switching in one keeps its page and leaves the other alone", async ({
  signIn,
  workspace,
}) => {
  const { person, page } = await signIn();
  const [acme, globex] = [await workspace(person, "Acme"), await workspace(person, "Globex")];
  const other = await page.context().newPage();
  await other.goto(`/w/${acme.slug}/keys`);
  await page.goto(`/w/${acme.slug}/members`);
  await page.getByRole("button", { name: "Account menu" }).click();
  await page.getByRole("menuitem", { name: "Switch to Globex" }).click();
  await expect(page).toHaveURL(new RegExp(`/w/${globex.slug}/members$`));
  await expect(page.getByRole("button", { name: "Account menu" })).toContainText("Globex");
  await other.getByRole("link", { name: "Overview" }).click();
  await expect(other).toHaveURL(new RegExp(`/w/${acme.slug}$`));
  await expect(other.getByRole("heading", { name: "Acme", level: 1 })).toBeVisible();
});

test("the account menu works by keyboard alone", async ({ signIn, workspace, invite }) => {
  const { person, page } = await signIn({ name: "Ada Lovelace" });
  const [acme, globex] = [await workspace(person, "Acme"), await workspace(person, "Globex")];
  const { person: grace } = await signIn({ name: "Grace Hopper" });
  await invite(await workspace(grace), grace, person.email);
  await page.goto(`/w/${acme.slug}/keys`);
  const button = page.getByRole("button", { name: "Account menu" });
  await expect(button).toContainText("Ada Lovelace");
  await expect(button).toContainText("Acme");
  await expect(button).toHaveAccessibleName("Ada Lovelace Acme 1 in your inbox Account menu");
  const menu = page.getByRole("menu", { name: "Account menu" });
  await button.focus();
  await page.keyboard.press("Enter");
  await expect(menu).toBeVisible();
  await expect(button).toHaveAttribute("aria-expanded", "true");
  await expect(menu).toContainText(person.email);
  await expect(menu.getByRole("menuitem", { name: "Pending invitations" })).toContainText("1");
  await expect(menu.getByRole("menuitem", { name: "Switch to Globex" })).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await expect(menu.getByRole("menuitem", { name: "Log out" })).toBeFocused();
  await page.keyboard.press("Home");
  await expect(menu.getByRole("menuitem", { name: "Switch to Globex" })).toBeFocused();
  await page.keyboard.press("h");
  await expect(menu.getByRole("menuitem", { name: "Help" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(menu).toBeHidden();
  await expect(button).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(menu.getByRole("menuitem", { name: "Switch to Globex" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/w/${globex.slug}/keys$`));
});

test("a member of 30 workspaces finds one by its name", async ({ signIn, workspace }) => {
  const { person, page } = await signIn();
  const all = [];
  for (let n = 1; n <= 30; n++) all.push(await workspace(person, `Team ${String(n).padStart(2, "0")}`));
  await page.goto(`/w/${all[29]?.slug}/members`);
  await page.getByRole("button", { name: "Account menu" }).click();
  const finder = page.getByRole("searchbox", { name: "Find a workspace" });
  await finder.fill("team 03");
  await expect(page.getByRole("menuitem", { name: /^Switch to/ })).toHaveCount(1);
  await finder.fill("no such team");
  await expect(page.getByText("No other workspace with that name.")).toBeVisible();
  await finder.fill("Team 03");
  await page.getByRole("menuitem", { name: "Switch to Team 03" }).click();
  await expect(page).toHaveURL(new RegExp(`/w/${all[2]?.slug}/members$`));
  await page.getByRole("button", { name: "Account menu" }).click();
  await page.getByRole("menuitem", { name: "All 30 workspaces" }).click();
  await expect(page.getByRole("heading", { name: "Account settings" })).toBeVisible();
  await expect(page.getByText("30 workspaces")).toBeVisible();
});

test("on a phone the navigation is a drawer", async ({ signIn, pageOf, workspace }) => {
  const { person } = await signIn();
  const acme = await workspace(person);
  const page = await pageOf(person, { viewport: { width: 390, height: 844 } });
  await page.goto(`/w/${acme.slug}`);
  const link = page.getByRole("link", { name: "API Keys", exact: true });
  await expect(link).toBeHidden();
  await page.getByRole("button", { name: "Open navigation" }).click();
  await expect(link).toBeVisible();
  await page.getByRole("button", { name: "Close navigation" }).click();
  await expect(link).toBeHidden();
  await expect(page.getByRole("button", { name: "Open navigation" })).toBeFocused();
  await page.getByRole("button", { name: "Open navigation" }).click();
  await link.click();
  await expect(page.getByRole("heading", { name: "API Keys" })).toBeVisible();
  await expect(link).toBeHidden();
  await page.getByRole("button", { name: "Open navigation" }).click();
  await page.getByRole("button", { name: "Account menu" }).click();
  await page.getByRole("menuitem", { name: "Account settings" }).click();
  await expect(page.getByRole("heading", { name: "Account settings" })).toBeVisible();
});

test("at 360 pixels no page scrolls sideways, however long the names in it", async ({
  signIn,
  pageOf,
  workspace,
  invite,
  call,
}) => {
  const long = `${"Rindfleischetikettierungsüberwachung".repeat(2)}`.slice(0, 60);
  const { person } = await signIn({
    name: long,
    email: `${"l".repeat(55)}${randomBytes(4).toString("hex")}@example.com`,
  });
  const acme = await workspace(person, "Acme");
  await call(person, "keys.create", { workspace: acme.slug, name: long, expiration: "30" });
  const guest = `${"g".repeat(55)}${randomBytes(4).toString("hex")}@example.com`;
  await invite(acme, person, guest);
  const { person: grace } = await signIn({ name: long });
  const token = await invite(await workspace(grace, "Globex"), grace, person.email);
  const page = await pageOf(person, { viewport: { width: 360, height: 740 } });
  const at = `/w/${acme.slug}`;
  const paths = [
    at,
    `${at}/keys`,
    `${at}/keys?dialog=create`,
    `${at}/members`,
    `${at}/members?dialog=invite`,
    `${at}/members?dialog=leave`,
    "/account",
    "/account?dialog=delete",
    "/help",
    "/welcome",
    "/welcome/create",
    `/invite/${token}`,
    "/dev/mailbox",
  ];
  const width = () =>
    page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth] as const);
  for (const path of paths) {
    await page.goto(path);
    const [scroll, client] = await width();
    expect(scroll, path).toBeLessThanOrEqual(client);
  }
  await page.context().clearCookies();
  for (const path of ["/sign-in", "/sign-in/check-email", "/sign-in/confirm?token=x"]) {
    await page.goto(path);
    const [scroll, client] = await width();
    expect(scroll, path).toBeLessThanOrEqual(client);
  }
});

test("a foreign workspace and one that does not exist are the same 404", async ({
  signIn,
  workspace,
  cookieOf,
  baseURL,
}) => {
  const { person: ada } = await signIn();
  const acme = await workspace(ada, "Acme");
  const { person: grace } = await signIn({ name: "Grace Hopper" });
  const cookie = await cookieOf(grace);
  const unknown = `acme-${randomBytes(4).toString("hex")}`;
  for (const page of ["", "/keys", "/members", "/members?dialog=invite"]) {
    for (const headers of [{ cookie }, { cookie, rsc: "1" }] as Record<string, string>[]) {
      const bodies = [];
      for (const slug of [acme.slug, unknown]) {
        const answer = await fetch(`${baseURL}/w/${slug}${page}`, { headers });
        // A navigation inside the app has its "not found" in the body.
        expect(answer.status, `${slug}${page}`).toBe("rsc" in headers ? 200 : 404);
        const nonce = /'nonce-([^']+)'/.exec(answer.headers.get("content-security-policy") ?? "")?.[1] ?? "";
        const text = (await answer.text()).replaceAll(slug, "SLUG").replaceAll(nonce, "NONCE");
        // The contents are equal, but the order of the streamed pieces differs.
        const pieces = text
          .replaceAll(/"\]\)<\/script><script nonce="NONCE">self\.__next_f\.push\(\[1,"/g, "")
          // Random names that Next creates for each answer.
          .replace(/"[\w-]{21}[mv]"/g, "")
          .split(/\n|\\n/);
        bodies.push(pieces.sort().join("\n"));
      }
      expect(bodies[0] === bodies[1], page).toBe(true);
    }
  }
});

test("without JavaScript, a missing page says so too", async ({ signIn, pageOf }) => {
  test.info().annotations.push({ type: "expects-console-error" });
  const { person } = await signIn();
  const page = await pageOf(person, { javaScriptEnabled: false });
  for (const path of ["/nothing-here", `/w/nothing-${randomBytes(4).toString("hex")}`]) {
    expect((await page.goto(path))?.status(), path).toBe(404);
    await expect(page.getByRole("heading", { name: "There is nothing here" }), path).toBeVisible();
  }
});

test("a signed-out person is sent to the sign-in page, and then gets the page they wanted", async ({
  page,
  signIn,
  workspace,
  mailedLink,
}) => {
  const { person } = await signIn();
  const acme = await workspace(person);
  await page.goto(`/w/${acme.slug}/members?q=ada`);
  await expect(page).toHaveURL(`/sign-in?callbackUrl=${encodeURIComponent(`/w/${acme.slug}/members?q=ada`)}`);
  await signInByMail(page, person.email, mailedLink);
  await expect(page).toHaveURL(`/w/${acme.slug}/members?q=ada`);
  await expect(page.getByRole("searchbox", { name: "Search members" })).toHaveValue("ada");
});

test("the theme is chosen once and stays", async ({ signIn, workspace }) => {
  const { person, page } = await signIn();
  const acme = await workspace(person);
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto(`/w/${acme.slug}`);
  const light = await paper();
  await page.getByRole("button", { name: "Account menu" }).click();
  await page.getByRole("menuitemradio", { name: "Dark" }).click();
  await expect.poll(paper).not.toBe(light);
  await page.goto("/account");
  await expect(page.getByRole("radio", { name: "Dark" })).toBeChecked();
  expect(await paper()).not.toBe(light);
  await page.getByRole("radio", { name: "System" }).check();
  await expect.poll(paper).toBe(light);
  await page.reload();
  await expect(page.getByRole("radio", { name: "System" })).toBeChecked();
});
