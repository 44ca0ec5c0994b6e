import { randomBytes } from "node:crypto";
import type { Browser, Page } from "@playwright/test";
import type postgres from "postgres";
import { expectNoViolations } from "../support/browser/axe";
import type { Workspace } from "../support/browser/test";
import { expect, test } from "../support/browser/test";

async function expectNoScrolling(page: Page) {
  const [scroll, client] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ]);
  expect(scroll).toBeLessThanOrEqual(client ?? 0);
}

const someAddress = () => `grace-${randomBytes(4).toString("hex")}@example.com`;

const statusOf = async (database: postgres.Sql, { id }: Workspace, email: string) =>
  (
    await database`
    select status, reported_at is not null as "isReported" from invitations where workspace_id = ${id} and email = ${email}`
  )[0];

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with" : "without";

  test.describe(`signed out on a phone, ${how} JavaScript`, () => {
    const open = async (browser: Browser, baseURL: string | undefined) =>
      (
        await browser.newContext({
          ...(baseURL ? { baseURL } : {}),
          javaScriptEnabled,
          viewport: { width: 390, height: 844 },
        })
      ).newPage();

    test("an invitation is declined from its mail, and the link then says so", async ({
      signIn,
      workspace,
      call,
      mailedLink,
      browser,
      baseURL,
      database,
    }) => {
      const { person: ada } = await signIn();
      const acme = await workspace(ada);
      const email = someAddress();
      await call(ada, "invitations.create", { workspace: acme.slug, emails: email, role: "developer" });
      const link = await mailedLink(email, "/decline/");
      const page = await open(browser, baseURL);
      await page.goto(link);
      await expect(page.getByRole("heading", { name: "Decline this invitation?" })).toBeVisible();
      for (const said of [acme.name, ada.name, "Developer", "g•••@example.com"])
        await expect(page.getByRole("main")).toContainText(said);
      if (javaScriptEnabled) await expectNoViolations(page);
      await expectNoScrolling(page);
      expect(await statusOf(database, acme, email)).toEqual({ status: "pending", isReported: false });

      await page.getByRole("button", { name: "Decline invitation" }).click();
      await expect(page.getByRole("heading", { name: "This invitation was declined" })).toBeVisible();
      if (javaScriptEnabled) await expectNoViolations(page);
      await expectNoScrolling(page);
      expect(await statusOf(database, acme, email)).toEqual({ status: "declined", isReported: false });
      await page.goto(link);
      await expect(page.getByRole("heading", { name: "This invitation was declined" })).toBeVisible();
      await expect(page.getByRole("button")).toHaveCount(0);
      await page.context().close();
    });

    test("an invitation is reported from its mail: the Admins are told, and are refused when they invite again", async ({
      signIn,
      workspace,
      call,
      mailedLink,
      browser,
      baseURL,
      database,
    }) => {
      const { person: ada, page: hers } = await signIn();
      const acme = await workspace(ada);
      const email = someAddress();
      await call(ada, "invitations.create", { workspace: acme.slug, emails: email, role: "viewer" });
      const page = await open(browser, baseURL);
      // From one page to the other, like a person who changes their decision.
      await page.goto(await mailedLink(email, "/decline/"));
      await page.getByRole("link", { name: "Report it instead" }).click();
      await expect(page.getByRole("heading", { name: "Report this invitation?" })).toBeVisible();
      if (javaScriptEnabled) await expectNoViolations(page);
      await expectNoScrolling(page);
      await page.getByRole("button", { name: "Report invitation" }).click();
      await expect(page.getByRole("heading", { name: "This invitation was reported" })).toBeVisible();
      if (javaScriptEnabled) await expectNoViolations(page);
      expect(await statusOf(database, acme, email)).toEqual({ status: "declined", isReported: true });
      await page.goto(await mailedLink(email, "/report/"));
      await expect(page.getByRole("heading", { name: "This invitation was reported" })).toBeVisible();
      await page.context().close();

      await hers.goto(await mailedLink(ada.email, `/w/${acme.slug}/audit`));
      await expect(hers.getByRole("table", { name: "Events" })).toContainText(
        `Atelier ended the invitation of ${email}, reported as unwanted by the link in its mail`,
      );
      await hers.goto(`/w/${acme.slug}/members?dialog=invite`);
      const dialog = hers.getByRole("dialog", { name: "Invite a new member" });
      await dialog.getByLabel("Email addresses").fill(email);
      await dialog.getByRole("button", { name: "Send invitations" }).click();
      await expect(dialog.getByLabel("Email addresses")).toHaveAttribute("aria-invalid", "true");
      await expect(dialog).toContainText(
        `Reported an invitation of this workspace, and cannot be invited again: ${email}.`,
      );
      await expect(dialog.getByLabel("Email addresses")).toHaveValue(email);
    });
  });
}

test("the pages of a mail's links say that an invitation was accepted, was revoked or has expired", async ({
  signIn,
  workspace,
  call,
  mailedLink,
  page,
  database,
}) => {
  const { person: ada } = await signIn();
  const acme = await workspace(ada);
  const closed = [
    ["status = 'accepted', settled_at = now()", "This invitation was accepted"],
    ["status = 'revoked', settled_at = now()", "This invitation was revoked"],
    ["expires_at = now() - interval '1 second'", "This invitation has expired"],
  ] as const;
  for (const [change, title] of closed) {
    const email = someAddress();
    await call(ada, "invitations.create", { workspace: acme.slug, emails: email, role: "viewer" });
    const links = [await mailedLink(email, "/decline/"), await mailedLink(email, "/report/")];
    await database.unsafe(`update invitations set ${change} where email = $1`, [email]);
    for (const link of links) {
      await page.goto(link);
      await expect(page.getByRole("heading", { name: title })).toBeVisible();
      await expect(page.getByRole("button")).toHaveCount(0);
    }
    expect(await page.content()).not.toContain(acme.name);
  }
});

test("an invitation that is answered elsewhere while the page is open is reported without an error", async ({
  signIn,
  workspace,
  call,
  mailedLink,
  page,
  database,
}) => {
  const { person: ada } = await signIn();
  const acme = await workspace(ada);
  const email = someAddress();
  await call(ada, "invitations.create", { workspace: acme.slug, emails: email, role: "viewer" });
  await page.goto(await mailedLink(email, "/decline/"));
  await database`update invitations set status = 'revoked', settled_at = now() where email = ${email}`;
  await page.getByRole("button", { name: "Decline invitation" }).click();
  await expect(page.getByRole("heading", { name: "This invitation was revoked" })).toBeVisible();
});

test("IN-18 a scanner that opens both links changes nothing, any number of times and in any way", async ({
  signIn,
  workspace,
  call,
  mailedLink,
  database,
  baseURL,
}) => {
  const { person: ada } = await signIn();
  const acme = await workspace(ada);
  const email = someAddress();
  await call(ada, "invitations.create", { workspace: acme.slug, emails: email, role: "viewer" });
  for (const path of ["/decline/", "/report/"] as const) {
    const link = await mailedLink(email, path);
    const input = encodeURIComponent(JSON.stringify({ token: new URL(link).pathname.slice(path.length) }));
    for (const method of ["GET", "HEAD", "OPTIONS", "GET"]) {
      const answer = await fetch(link, { method, redirect: "manual" });
      expect(answer.headers.get("referrer-policy")).toBe("strict-origin");
      expect(answer.headers.get("cache-control")).toBe("private, no-store");
      for (const procedure of ["declineByMail", "reportByMail"])
        expect(
          (await fetch(`${baseURL}/api/trpc/invitations.${procedure}?input=${input}`, { method })).status,
        ).not.toBe(200);
    }
    // A page of another site cannot press the button.
    const foreign = await fetch(link, { method: "POST", headers: { origin: "https://evil.example" }, body: "x=1" });
    expect(foreign.status).toBe(403);
  }
  expect(await statusOf(database, acme, email)).toEqual({ status: "pending", isReported: false });
});

test("a link that was never mailed is not found, in any form", async ({ page }) => {
  test.info().annotations.push({ type: "expects-console-error" });
  for (const token of [randomBytes(60).toString("base64url"), "short", "%00"]) {
    for (const path of ["/decline/", "/report/"]) {
      const answer = await page.goto(`${path}${token}`);
      expect(answer?.status(), token).toBe(404);
      await expect(page.getByRole("heading", { name: "There is nothing here" })).toBeVisible();
    }
  }
});
