import { randomBytes } from "node:crypto";
import { addSignInProvider, atIssuer } from "../support/browser/sign-in-provider";
import { expect, test } from "../support/browser/test";
import { startOddIssuers } from "../support/fakes/odd-issuer";

let issuers: Awaited<ReturnType<typeof startOddIssuers>>;
test.beforeAll(async () => {
  issuers = await startOddIssuers();
});
test.afterAll(() => issuers.stop());

test("SI-15 a person who signs out at the provider is signed out here immediately, in the session that started there", async ({
  page,
  signIn,
  database,
}) => {
  const { person: ada, page: operators } = await signIn();
  await database`insert into operators (user_id, source) values (${ada.id}, 'environment')`;
  const tag = randomBytes(4).toString("hex");
  const [name, email] = [`Odd ${tag}`, `grace-${tag}@example.com`];
  await addSignInProvider(operators, database, { name, issuer: `${issuers.origin}/text`, isEnabled: true });
  const address = await operators.getByLabel("Back-channel logout URI").inputValue();

  await page.goto("/sign-in?callbackUrl=/account");
  await page.getByRole("button", { name: `Continue with ${name}` }).click();
  await atIssuer(page, email);
  await expect(page).toHaveURL("/account");
  // As the provider's server sends it: without Origin and cookies.
  const send = (token: string) =>
    fetch(address, { method: "POST", body: new URLSearchParams({ logout_token: token }) });
  const forged = await send(issuers.logoutToken("text", { sid: `session of ${email}` }, { isForged: true }));
  expect([forged.status, (await forged.json()).error]).toEqual([400, "invalid_request"]);
  const other = await send(issuers.logoutToken("text", { sid: "another" }));
  expect([other.status, other.headers.get("cache-control")]).toEqual([200, expect.stringContaining("no-store")]);
  await page.reload();
  await expect(page).toHaveURL("/account");
  expect((await send(issuers.logoutToken("text", { sid: `session of ${email}` }))).status).toBe(200);
  await page.reload();
  await expect(page).toHaveURL(/\/sign-in\?/);
  expect(
    (await fetch(address.replace(/[^/]+$/, "unknown"), { method: "POST", body: new URLSearchParams() })).status,
  ).toBe(404);
});
