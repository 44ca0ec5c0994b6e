import { randomBytes } from "node:crypto";
import type { Locator } from "@playwright/test";
import { expectNoViolations } from "../support/browser/axe";
import { askForLink } from "../support/browser/sign-in";
import { expect, test } from "../support/browser/test";

test("the pages before and around signing in", async ({ page, mailedLink }) => {
  test.info().annotations.push({ type: "expects-console-error" });
  const email = `grace-${randomBytes(4).toString("hex")}@example.com`;
  await page.goto("/sign-in");
  await expectNoViolations(page, "sign-in");
  await page.getByLabel("Email").fill("nonsense");
  await page.getByRole("button", { name: "Continue with email" }).click();
  await expect(page.getByLabel("Email")).toHaveAttribute("aria-invalid", "true");
  await expectNoViolations(page, "sign-in, refused");
  await askForLink(page, email);
  await expectNoViolations(page, "check your e-mail");
  await page.goto(await mailedLink(email, "/sign-in/confirm"));
  await expectNoViolations(page, "confirm");
  await page.goto("/sign-in/confirm?token=x");
  await expectNoViolations(page, "a dead link");
  await page.goto("/dev/mailbox");
  await expectNoViolations(page, "the mailbox");
  await page.goto("/nothing-here");
  await expectNoViolations(page, "not found");
});

test("the pages of onboarding and of the account", async ({ signIn, workspace, invite }) => {
  const { person: ada } = await signIn();
  const acme = await workspace(ada);
  const { person: grace, page } = await signIn({ name: "Grace Hopper" });
  const token = await invite(acme, ada, grace.email);
  const paths = [
    "/welcome",
    "/welcome/create",
    `/invite/${token}`,
    `/invite/${await invite(acme, ada, "joan@example.com")}`,
    `/invite/${await invite(acme, ada, grace.email, { status: "revoked" })}`,
    "/account",
    "/account?dialog=delete",
    "/account/inbox",
    "/help",
  ];
  for (const path of paths) {
    await page.goto(path);
    await expectNoViolations(page, path);
  }
});

test("the ways in: settings with domains and a link, requests, the join page and the link's page", async ({
  signIn,
  workspace,
  call,
  database,
}) => {
  const { person: ada, page } = await signIn({ name: "Ada Lovelace" });
  const acme = await workspace(ada);
  const { person: grace, page: stranger } = await signIn({ name: "Grace Hopper" });
  const domain = `acme-${randomBytes(4).toString("hex")}.com`;
  await database`
    insert into domains (workspace_id, domain, mode, proof, status, challenge, created_by) values
      (${acme.id}, ${domain}, 'join', 'dns', 'verified', 'c', ${ada.id}), (${acme.id}, ${`sub.${domain}`}, 'request', 'dns', 'pending', 'c', ${ada.id})`;
  await call(ada, "joining.setPage", { workspace: acme.slug, isOpen: true });
  await call(ada, "inviteLinks.create", { workspace: acme.slug, role: "viewer", maxUses: 5, days: 7 });
  await page.goto(`/w/${acme.slug}/settings`);
  await expectNoViolations(page, "settings");
  const link = await page.getByRole("textbox", { name: "Invite link" }).inputValue();
  await stranger.goto(link);
  await expectNoViolations(stranger, "an invite link");
  await stranger.goto(`/join/${acme.slug}`);
  await expectNoViolations(stranger, "a join page");
  await call(grace, "joining.askAtPage", { slug: acme.slug });
  await stranger.goto("/welcome");
  await expectNoViolations(stranger, "welcome with a request");
  await page.goto(`/w/${acme.slug}/members`);
  await expectNoViolations(page, "members with a request");
});

test("IS-23 the pages of a workspace, their menus and their dialogs", async ({ team, invite, call }) => {
  test.setTimeout(300_000);
  const { acme, ada, page, grace } = await team("developer");
  await invite(acme, ada, `joan-${randomBytes(4).toString("hex")}@example.com`);
  await call(grace, "keys.create", { workspace: acme.slug, name: "Nightly", expiration: "never" });
  const at = `/w/${acme.slug}`;
  const look = async (path: string, ...open: [role: "button" | "menuitem", name: string][]) => {
    await page.goto(`${at}${path}`);
    for (const [role, name] of open) await page.getByRole(role, { name, exact: name !== "Account menu" }).click();
    await expectNoViolations(page, `${path} ${open.map(([, name]) => name).join(", ")}`);
  };
  await look("");
  await look("", ["button", "Account menu"]);
  await look("/members");
  await look("/members", ["button", "Invite a new member"]);
  await look("/members", ["button", "Actions for Grace Hopper"]);
  await look("/members", ["button", "Actions for Grace Hopper"], ["menuitem", "Change role"]);
  await look("/members", ["button", "Actions for Grace Hopper"], ["menuitem", "Remove"]);
  await look("/members", ["button", "Leave"]);
  await look("/members?q=no-member-of-that-name");
  await look("/keys");
  await look("/keys", ["button", "Actions for Nightly"]);
  await look("/keys", ["button", "Actions for Nightly"], ["menuitem", "Revoke"]);
  await look("/keys", ["button", "Actions for Nightly"], ["menuitem", "Edit"]);
  await look("/keys", ["button", "Actions for Nightly"], ["menuitem", "Rotate"]);
  await look("/keys", ["button", "Fix in bulk: keys that never expire"]);
  await look("/keys?state=disabled");
  await look("/keys", ["button", "Create new key"]);
  await page.getByText("Advanced settings").click();
  await expectNoViolations(page, "the advanced settings of a key");
  await page.getByLabel("Key name").fill("Backend");
  await page.getByRole("dialog").getByRole("button", { name: "Create new key" }).click();
  await expect(page.getByLabel("Your new key")).toBeVisible();
  await expectNoViolations(page, "the secret");
});

test("a workspace as a member without permissions sees it, and on a phone", async ({ team, pageOf }) => {
  const { acme, grace } = await team("viewer");
  const page = await pageOf(grace, { viewport: { width: 390, height: 844 } });
  for (const path of ["", "/keys", "/limits", "/members", "/billing"]) {
    await page.goto(`/w/${acme.slug}${path}`);
    await expectNoViolations(page, `${path} of a viewer`);
  }
  await page.getByRole("button", { name: "Open navigation" }).click();
  await expectNoViolations(page, "the drawer");
});

test("from the overview to a created key without a pointer", async ({ signIn, workspace }) => {
  const { person, page } = await signIn();
  const acme = await workspace(person);
  const tabTo = async (wanted: Locator) => {
    for (let presses = 0; presses < 40; presses++) {
      await page.keyboard.press("Tab");
      if (await wanted.evaluate((element) => element === document.activeElement)) return;
    }
    throw new Error(`Tab does not reach ${wanted}`);
  };
  await page.goto(`/w/${acme.slug}`);
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await tabTo(page.getByRole("link", { name: "API Keys", exact: true }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "API Keys" })).toBeVisible();
  await tabTo(page.getByRole("button", { name: "Create new key" }));
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Create new key" });
  await expect(dialog).toBeVisible();
  const name = dialog.getByLabel("Key name");
  if (!(await name.evaluate((element) => element === document.activeElement))) await tabTo(name);
  await page.keyboard.type("Backend");
  await page.keyboard.press("Tab");
  await expect(dialog.getByLabel("Expiration")).toBeFocused();
  await page.keyboard.type("180");
  await expect(dialog.getByLabel("Expiration")).toHaveValue("180");
  await tabTo(dialog.getByRole("button", { name: "Create new key" }));
  await page.keyboard.press("Enter");
  const secret = page.getByLabel("Your new key");
  await expect(secret).toHaveValue(/^atl_/);
  await tabTo(secret);
  await tabTo(page.getByRole("button", { name: "Done" }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("table", { name: "API keys" })).toContainText("Backend");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await tabTo(page.getByRole("button", { name: "Actions for Backend" }));
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("menuitem", { name: "Rotate" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Actions for Backend" })).toBeFocused();
});
