import { randomBytes } from "node:crypto";
import { expectNoViolations } from "../support/browser/axe";
import { askForLink } from "../support/browser/sign-in";
import { addSignInProvider, atIssuer } from "../support/browser/sign-in-provider";
import { expect, test } from "../support/browser/test";
import { startOddIssuers } from "../support/fakes/odd-issuer";

let issuers: Awaited<ReturnType<typeof startOddIssuers>>;
test.beforeAll(async () => {
  issuers = await startOddIssuers();
});
test.afterAll(() => issuers.stop());

const tag = () => randomBytes(4).toString("hex");

test("SI-04 an operator sees who would be locked out, requires a provider, and every sign-in leads to it", async ({
  signIn,
  database,
  mailedLink,
  browser,
}) => {
  test.setTimeout(120_000);
  const domain = `acme-${tag()}.com`;
  const { person: ada, page } = await signIn();
  await database`insert into operators (user_id, source) values (${ada.id}, 'environment')`;
  await database`insert into passkeys (user_id, credential_id, public_key, counter, name, is_synced)
    values (${ada.id}, ${tag()}, ${Buffer.alloc(70)}, 0, 'A passkey', false)`;
  const [name, other] = [`Acme ${tag()}`, `Other ${tag()}`];
  const add = (named: string, kind: string) =>
    addSignInProvider(page, database, { name: named, issuer: `${issuers.origin}/${kind}`, isEnabled: true });
  const id = await add(name, "text");
  await add(other, "post");

  // Grace has an account, a session, and a link that was mailed before the rule.
  const email = `grace@${domain}`;
  const grace = await (await browser.newContext()).newPage();
  await grace.goto("/sign-in?callbackUrl=/welcome/create");
  await askForLink(grace, email);
  await grace.goto(await mailedLink(email, "/sign-in/confirm"));
  await grace.getByRole("button", { name: "Continue" }).click();
  await expect(grace).toHaveURL("/welcome/create");
  const late = await (await browser.newContext()).newPage();
  await late.goto("/sign-in");
  await askForLink(late, email);
  const link = await mailedLink(email, "/sign-in/confirm");

  await page.goto("/instance/sign-in");
  await page.getByLabel("Operator", { exact: true }).selectOption(ada.id);
  await page.getByRole("button", { name: "Save break-glass operator" }).click();
  await expect(page.getByText("Saved. It applies from now on.")).toBeVisible();
  await page.getByLabel("Domain", { exact: true }).fill(domain);
  await page.getByLabel("Provider", { exact: true }).selectOption({ label: name });
  await page.getByRole("button", { name: "Preview the effects" }).click();
  await expect(page.getByText(`No person of ${domain} would be locked out`)).toBeVisible();
  await expect(page.getByRole("row", { name: new RegExp(email) })).toContainText("By address");
  await expectNoViolations(page);
  await page.getByRole("button", { name: `Require it of ${domain}` }).click();
  await expect(page.getByText("The provider is required from now on.")).toBeVisible();
  await expectNoViolations(page);

  // The earlier session, the earlier link, another link and another provider: none of them signs in.
  await grace.goto("/account");
  await expect(grace).toHaveURL(/\/sign-in/);
  await late.goto(link);
  await late.getByRole("button", { name: "Continue" }).click();
  await expect(late.getByText("requires its own sign-in provider")).toBeVisible();
  await late.goto("/sign-in");
  await late.getByLabel("Email").fill(email);
  await late.getByRole("button", { name: "Continue with email" }).click();
  await expect(late.getByText("requires its own sign-in provider")).toBeVisible();
  await late.getByRole("button", { name: `Continue with ${other}` }).click();
  await atIssuer(late, `new-${email}`);
  await expect(late.getByText("requires another sign-in provider")).toBeVisible();
  expect(await database`select 1 from users where email = ${`new-${email}`}`).toHaveLength(0);

  // The required provider signs in to the account with the address, is linked to it, and a mail reports that.
  await grace.goto("/sign-in?callbackUrl=/welcome/create");
  await grace.getByRole("button", { name: `Continue with ${name}` }).click();
  await atIssuer(grace, email);
  await expect(grace).toHaveURL("/welcome/create");
  await mailedLink(email, "/account");
  const rows = await database`select provider from accounts join users on id = user_id where email = ${email}`;
  expect(rows.map(({ provider }) => provider)).toEqual([id]);
  await database`delete from sign_in_rules where domain = ${domain}`;
});
