import { randomBytes } from "node:crypto";
import { signInByMail } from "../support/browser/sign-in";
import { expect, test } from "../support/browser/test";

test("an invited person who is signed out and new lands in the inviting workspace, not in onboarding", async ({
  signIn,
  workspace,
  invite,
  page,
  mailedLink,
}) => {
  const { person: ada } = await signIn();
  const acme = await workspace(ada);
  const email = `grace-${randomBytes(4).toString("hex")}@example.com`;
  await page.goto(`/invite/${await invite(acme, ada, email)}`);
  await expect(page.getByText("Sign in to see your invitation.")).toBeVisible();
  await signInByMail(page, email, mailedLink);
  await expect(page.getByRole("heading", { name: `Join workspace ${acme.name}` })).toBeVisible();
  await page.getByRole("button", { name: "Accept invitation" }).click();
  await expect(page).toHaveURL(new RegExp(`/w/${acme.slug}$`));
  await expect(page.getByRole("heading", { name: acme.name, level: 1 })).toBeVisible();
});

for (const javaScriptEnabled of [true, false]) {
  test(`IN-02 with the wrong account the address is masked, and Switch account comes back, ${javaScriptEnabled ? "with" : "without"} JavaScript`, async ({
    signIn,
    pageOf,
    workspace,
    invite,
    mailedLink,
    database,
  }) => {
    const { person: ada } = await signIn();
    const acme = await workspace(ada);
    const { person: grace } = await signIn({ name: "Grace Hopper" });
    const page = await pageOf(grace, { javaScriptEnabled });
    const tag = randomBytes(4).toString("hex");
    const email = `joan-${tag}@example.com`;
    const token = await invite(acme, ada, email);
    await page.goto(`/invite/${token}`);
    await expect(page.getByRole("heading", { name: "This invitation is for another address" })).toBeVisible();
    await expect(page.getByRole("main")).toContainText("j•••@example.com");
    const html = await page.content();
    expect(html).not.toContain(tag);
    expect(html).not.toContain(acme.name);
    await page.getByRole("button", { name: "Switch account" }).click();
    await signInByMail(page, email, mailedLink);
    await expect(page).toHaveURL(new RegExp(`/invite/${token}$`));
    await page.getByRole("button", { name: "Accept invitation" }).click();
    await expect(page).toHaveURL(new RegExp(`/w/${acme.slug}$`));
    expect(await database`select 1 from sessions where user_id = ${grace.id}`).toHaveLength(1);
  });
}

test("an expired, revoked, used or declined invitation says which, and how to get another", async ({
  signIn,
  workspace,
  invite,
  join,
}) => {
  const { person: ada } = await signIn();
  const { person: grace, page } = await signIn({ name: "Grace Hopper" });
  const closed = [
    [{ isExpired: true }, "This invitation has expired", "Ask the person who invited you for a new one."],
    [{ status: "revoked" }, "This invitation was revoked", "ask them to invite you again"],
    [{ status: "declined" }, "You declined this invitation", "ask the person who invited you for a new one"],
    [{ status: "accepted" }, "You have accepted this invitation", "An invitation works once."],
  ] as const;
  for (const [values, title, advice] of closed) {
    const acme = await workspace(ada);
    if ("status" in values && values.status === "accepted") await join(acme, grace, "developer");
    await page.goto(`/invite/${await invite(acme, ada, grace.email, values)}`);
    await expect(page.getByRole("heading", { name: title })).toBeVisible();
    await expect(page.getByRole("main")).toContainText(advice);
    await expect(page.getByRole("button", { name: "Accept invitation" })).toHaveCount(0);
    if ("isExpired" in values) continue;
    if (values.status !== "accepted") continue;
    await page.getByRole("link", { name: "Open the workspace" }).click();
    await expect(page).toHaveURL(new RegExp(`/w/${acme.slug}$`));
  }
});

test("an invitation settled while its page is open says so at the button", async ({
  signIn,
  workspace,
  invite,
  database,
}) => {
  const { person: ada } = await signIn();
  const acme = await workspace(ada);
  const { person: grace, page } = await signIn({ name: "Grace Hopper" });
  await page.goto(`/invite/${await invite(acme, ada, grace.email)}`);
  await database`update invitations set status = 'revoked', settled_at = now() where workspace_id = ${acme.id}`;
  await page.getByRole("button", { name: "Accept invitation" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "This invitation was revoked." })).toBeVisible();
  expect(await database`select 1 from memberships where user_id = ${grace.id}`).toHaveLength(0);
});

test("an unknown invitation is not found, in any form", async ({ signIn }) => {
  test.info().annotations.push({ type: "expects-console-error" });
  const { page } = await signIn();
  for (const token of [randomBytes(32).toString("base64url"), "short", "..%2f..%2faccount", "%00"]) {
    const answer = await page.goto(`/invite/${token}`);
    expect(answer?.status(), token).toBe(404);
    await expect(page.getByRole("heading", { name: "There is nothing here" })).toBeVisible();
  }
});

test("IN-18 opening an invitation, signed in or out, does not use it", async ({
  signIn,
  workspace,
  invite,
  cookieOf,
  database,
  baseURL,
}) => {
  const { person: ada } = await signIn();
  const acme = await workspace(ada);
  const { person: grace } = await signIn({ name: "Grace Hopper" });
  const token = await invite(acme, ada, grace.email);
  const cookie = await cookieOf(grace);
  for (const method of ["GET", "HEAD", "GET", "OPTIONS"]) {
    await fetch(`${baseURL}/invite/${token}`, { method, redirect: "manual" });
    await fetch(`${baseURL}/invite/${token}`, { method, redirect: "manual", headers: { cookie } });
    const input = encodeURIComponent(JSON.stringify({ token }));
    const accepted = await fetch(`${baseURL}/api/trpc/invitations.accept?input=${input}`, {
      method,
      headers: { cookie },
    });
    expect(accepted.status, method).not.toBe(200);
  }
  const rows = await database`select status from invitations where workspace_id = ${acme.id}`;
  expect(rows.map(({ status }) => status)).toEqual(["pending"]);
  expect(await database`select 1 from memberships where user_id = ${grace.id}`).toHaveLength(0);
});
