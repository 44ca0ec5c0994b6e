import type { Page } from "@playwright/test";
import { expectNoViolations } from "../support/browser/axe";
import { expect, test } from "../support/browser/test";

const card = (page: Page) => page.getByRole("region", { name: "Signed-in browsers" });

test("one other browser is signed out immediately, and a third one stays signed in", async ({
  signIn,
  pageOf,
  database,
  call,
}) => {
  const { person, page } = await signIn();
  const [there, third] = [await pageOf(person), await pageOf(person)];
  for (const each of [page, there, third]) {
    await each.goto("/account");
    await expect(each.getByRole("heading", { name: "Account settings" })).toBeVisible();
  }
  const rows = await database<
    { id: string }[]
  >`select id from sessions where user_id = ${person.id} order by created_at`;
  expect(rows).toHaveLength(3);
  await database`update sessions set user_agent = 'Mozilla/5.0 (X11; Linux x86_64) Firefox/144.0' where id = ${rows[1]?.id ?? ""}`;
  await page.reload();
  await expect(
    card(page)
      .getByRole("row")
      .filter({ hasText: "This one" })
      .getByRole("button", { name: /^Sign out/ }),
  ).toHaveCount(0);
  await card(page)
    .getByRole("button", { name: /^Sign out Firefox on Linux/ })
    .click();
  await expect(page.getByText("That browser was signed out.")).toBeVisible();
  await expect(card(page)).not.toContainText("Firefox");
  await there.goto("/account");
  await expect(there.getByRole("heading", { name: "Sign in to Atelier" })).toBeVisible();
  await third.goto("/account");
  await expect(third.getByRole("heading", { name: "Account settings" })).toBeVisible();

  // Another person's browser gets the same answer as one that does not exist.
  const stranger = await signIn({ name: "Mallory" });
  const answers = await Promise.all(
    [rows[2]?.id, crypto.randomUUID()].map(async (sessionId) => {
      const answer = await call(stranger.person, "account.endSession", { sessionId });
      return [answer.status(), await answer.text()];
    }),
  );
  expect(answers[0]?.[0]).toBe(404);
  expect(answers[0]).toEqual(answers[1]);
  await third.reload();
  await expect(third.getByRole("heading", { name: "Account settings" })).toBeVisible();
});

test("without JavaScript at 390 px a browser is signed out by keyboard", async ({ signIn, pageOf }) => {
  const { person, page: there } = await signIn();
  const page = await pageOf(person, { javaScriptEnabled: false, viewport: { width: 390, height: 844 } });
  await page.goto("/account");
  const button = card(page).getByRole("button", { name: /^Sign out Unknown browser/ });
  await button.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByText("That browser was signed out.")).toBeVisible();
  await expect(button).toHaveCount(0);
  await there.goto("/account");
  await expect(there.getByRole("heading", { name: "Sign in to Atelier" })).toBeVisible();
});

test("the list at 390 px: nothing wider than the screen, nothing that axe finds", async ({ signIn, pageOf }) => {
  const { person } = await signIn();
  const page = await pageOf(person, { viewport: { width: 390, height: 844 } });
  await page.goto("/account");
  await expect(card(page).getByRole("button", { name: /^Sign out Unknown/ })).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
  await expectNoViolations(page);
});
