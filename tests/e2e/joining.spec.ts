import { randomBytes } from "node:crypto";
import { expect, test } from "../support/browser/test";

const tag = () => randomBytes(4).toString("hex");

/** Makes a verified domain of a workspace, as if its record had been found. */
async function verified(
  database: import("postgres").Sql,
  workspaceId: string,
  userId: string,
  domain: string,
  mode: "join" | "request",
) {
  await database`
    insert into domains (workspace_id, domain, mode, proof, status, challenge, created_by)
    values (${workspaceId}, ${domain}, ${mode}, 'dns', 'verified', 'c', ${userId})`;
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test("a third person of the company's domain sees the card and joins", async ({
      signIn,
      pageOf,
      workspace,
      database,
    }) => {
      const domain = `acme-${tag()}.com`;
      const { person: admin } = await signIn();
      const acme = await workspace(admin, "Acme");
      await verified(database, acme.id, admin.id, domain, "join");
      const { person } = await signIn({ name: "Grace Hopper", email: `grace@${domain}` });
      const page = await pageOf(person, { javaScriptEnabled });
      await page.goto("/");
      await expect(page.getByRole("heading", { name: "Welcome to Atelier" })).toBeVisible();
      await expect(page.getByText(`Allows all ${domain} emails to join.`)).toBeVisible();
      await page.getByRole("button", { name: "Join workspace Acme" }).click();
      await expect(page).toHaveURL(`/w/${acme.slug}`);
    });

    test("a person of a request-mode domain asks, an Admin approves, and both see it", async ({
      signIn,
      pageOf,
      workspace,
      database,
      mailedLink,
    }) => {
      const domain = `acme-${tag()}.com`;
      const { person: admin } = await signIn({ name: "Ada Lovelace", email: `boss-${tag()}@example.com` });
      const acme = await workspace(admin, "Acme");
      await verified(database, acme.id, admin.id, domain, "request");
      const { person } = await signIn({ name: "Grace Hopper", email: `grace@${domain}` });
      const [asking, deciding] = [
        await pageOf(person, { javaScriptEnabled }),
        await pageOf(admin, { javaScriptEnabled }),
      ];
      await asking.goto("/welcome");
      await asking.getByRole("button", { name: "Ask to join workspace Acme" }).click();
      await expect(asking.getByText("You asked to join", { exact: false }).first()).toBeVisible();
      await deciding.goto(await mailedLink(admin.email, `/w/${acme.slug}/members/requests`));
      const region = deciding.getByRole("region", { name: "Requests to join" });
      await expect(region).toContainText(person.email);
      await region.getByLabel("Role for Grace Hopper").selectOption("viewer");
      await region.getByRole("button", { name: "Approve Grace Hopper" }).click();
      await expect(deciding.getByText("They are in.")).toBeVisible();
      await asking.goto(await mailedLink(person.email, `/w/${acme.slug}`));
      await expect(asking.getByRole("heading", { name: "Acme" })).toBeVisible();
    });

    test("an Admin switches an invite link on, a person joins by it, and off it opens nothing", async ({
      signIn,
      pageOf,
      workspace,
    }) => {
      const { person: admin } = await signIn();
      const acme = await workspace(admin, "Acme");
      const deciding = await pageOf(admin, { javaScriptEnabled });
      await deciding.goto(`/w/${acme.slug}/settings`);
      const card = deciding.getByRole("region", { name: "Invite link" });
      await card.getByLabel("How many people").fill("0");
      await card.getByRole("button", { name: "Switch on" }).click();
      await expect(card.getByText("At least 1.")).toBeVisible();
      await card.getByLabel("How many people").fill("1");
      await card.getByRole("button", { name: "Switch on" }).click();
      const url = await card.getByLabel("Invite link", { exact: true }).inputValue();

      const { person } = await signIn({ name: "Grace Hopper" });
      const joining = await pageOf(person, { javaScriptEnabled });
      await joining.goto(url);
      await joining.getByRole("button", { name: "Join workspace" }).click();
      await expect(joining).toHaveURL(`/w/${acme.slug}`);

      const { person: late } = await signIn({ name: "Linus" });
      const tooLate = await pageOf(late, { javaScriptEnabled });
      await tooLate.goto(url);
      await expect(tooLate.getByRole("heading", { name: "This link no longer works" })).toBeVisible();
      await deciding.reload();
      await expect(card).toContainText("Used up");
      await card.getByRole("button", { name: "Switch off" }).click();
      await expect(deciding.getByText("The invite link is off.")).toBeVisible();
    });
  });
}

test("an invite link opened signed out leads through sign-in into the workspace", async ({
  signIn,
  workspace,
  page,
  mailedLink,
}) => {
  const { person: admin, page: deciding } = await signIn();
  const acme = await workspace(admin, "Acme");
  await deciding.goto(`/w/${acme.slug}/settings`);
  const card = deciding.getByRole("region", { name: "Invite link" });
  await card.getByRole("button", { name: "Switch on" }).click();
  const url = await card.getByLabel("Invite link", { exact: true }).inputValue();
  const email = `new-${tag()}@example.com`;
  await page.goto(url);
  await page.getByLabel("Email").fill(email);
  await page.getByRole("button", { name: "Continue with email" }).click();
  await expect(page.getByRole("heading", { name: "Check your email" })).toBeVisible();
  await page.goto(await mailedLink(email, "/sign-in/confirm"));
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("button", { name: "Join workspace" }).click();
  await expect(page).toHaveURL(`/w/${acme.slug}`);
});

test("domains: a consumer domain is refused at its field and stays there, a claim shows its record, and removing asks for confirmation", async ({
  signIn,
  workspace,
}) => {
  const { person, page } = await signIn();
  const acme = await workspace(person, "Acme");
  const domain = `acme-${tag()}.com`;
  await page.goto(`/w/${acme.slug}/settings`);
  const card = page.getByRole("region", { name: "Domains" });
  await card.getByLabel("Domain", { exact: true }).fill("gmail.com");
  await card.getByRole("button", { name: "Add domain" }).click();
  await expect(card.getByText("This domain gives addresses to the public.")).toBeVisible();
  await expect(card.getByLabel("Domain", { exact: true })).toHaveValue("gmail.com");
  await card.getByLabel("Domain", { exact: true }).fill(domain);
  await card.getByRole("button", { name: "Add domain" }).click();
  await expect(card.getByLabel("TXT record: name")).toHaveValue(`_atelier-challenge.${domain}`);
  await expect(card).toContainText("Waiting for its record");
  await card.getByRole("button", { name: `Remove ${domain}` }).click();
  await page
    .getByRole("dialog", { name: `Remove ${domain}?` })
    .getByRole("button", { name: "Remove domain" })
    .click();
  await expect(page.getByText("Domain removed.")).toBeVisible();
  await expect(card).not.toContainText(domain);
});

test("on an open join page any person can ask to join; a closed one is not found", async ({ signIn, workspace }) => {
  const { person, page } = await signIn();
  const acme = await workspace(person, "Acme");
  const { page: stranger } = await signIn({ name: "Grace Hopper" });
  test.info().annotations.push({ type: "expects-console-error" });
  expect((await stranger.goto(`/join/${acme.slug}`))?.status()).toBe(404);
  await page.goto(`/w/${acme.slug}/settings`);
  await page.getByRole("button", { name: "Open the join page" }).click();
  await expect(page.getByRole("button", { name: "Close the join page" })).toBeVisible();
  await stranger.goto(`/join/${acme.slug}`);
  await stranger.getByRole("button", { name: "Ask to join" }).click();
  await expect(stranger.getByRole("heading", { name: "You asked to join Acme" })).toBeVisible();
  await page.goto(`/w/${acme.slug}/members/requests`);
  await page.getByRole("button", { name: "Decline Grace Hopper" }).click();
  await expect(page.getByText("Request declined.")).toBeVisible();
  await stranger.goto("/welcome");
  await expect(stranger.getByText("An Admin declined your request to join.")).toBeVisible();
});

test("a member who may not change settings sees which role may", async ({ signIn, workspace, join }) => {
  const { person: admin } = await signIn();
  const acme = await workspace(admin, "Acme");
  const { person, page } = await signIn({ name: "Grace Hopper" });
  await join(acme, person, "developer");
  await page.goto(`/w/${acme.slug}/settings`);
  const name = page.getByRole("region", { name: "Name" });
  await expect(name.getByText("Needs the role Admin. Ask Ada Lovelace.")).toBeVisible();
  await expect(page.getByRole("region", { name: "Domains" })).toHaveCount(0);
});
