import { expect, test } from "../support/browser/test";

test("Log out ends the session in the database, and the browser's Back shows nothing private", async ({
  signIn,
  workspace,
  database,
}) => {
  const { person, page } = await signIn();
  const acme = await workspace(person);
  await page.goto(`/w/${acme.slug}`);
  await page.getByRole("link", { name: "Members", exact: true }).click();
  await expect(page.getByRole("table", { name: "Members" })).toContainText(person.email);
  await page.getByRole("button", { name: "Account menu" }).click();
  await page.getByRole("menuitem", { name: "Log out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in to Atelier" })).toBeVisible();
  expect(await database`select 1 from sessions where user_id = ${person.id}`).toHaveLength(0);
  await page.goBack();
  await expect(page.getByRole("heading", { name: "Sign in to Atelier" })).toBeVisible();
  await expect(page.getByText(person.email)).toHaveCount(0);
});

test("a session ends 7 days after it was last used", async ({ signIn, database }) => {
  const { person, page } = await signIn();
  const unused = (days: string) => database`
    update sessions set created_at = now() - interval '20 days', last_seen_at = now() - ${days}::interval,
      expires_at = now() - ${days}::interval + interval '7 days' where user_id = ${person.id}`;
  await unused("6 days 23 hours");
  await page.goto("/account");
  await expect(page.getByRole("heading", { name: "Account settings" })).toBeVisible();
  const [moved] =
    await database`select expires_at > now() + interval '6 days' as ok from sessions where user_id = ${person.id}`;
  expect(moved?.ok).toBe(true);

  await unused("7 days 1 minute");
  await page.goto("/account");
  await expect(page.getByRole("heading", { name: "Sign in to Atelier" })).toBeVisible();
});

test("a session ends 30 days after its start, even when it is used", async ({ signIn, database }) => {
  const { person, page } = await signIn();
  const begun = (ago: string) => database`
    update sessions set created_at = now() - ${ago}::interval, last_seen_at = now() - interval '1 hour',
      expires_at = now() + interval '6 days' where user_id = ${person.id}`;
  await begun("29 days");
  await page.goto("/account");
  await expect(page.getByRole("heading", { name: "Account settings" })).toBeVisible();
  const [kept] =
    await database`select expires_at < now() + interval '25 hours' as ok from sessions where user_id = ${person.id}`;
  expect(kept?.ok).toBe(true);

  await begun("30 days 1 minute");
  await page.goto("/account");
  await expect(page).toHaveURL(/\/sign-in\?callbackUrl=%2Faccount$/);
});
