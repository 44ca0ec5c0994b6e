import { expectNoViolations } from "../support/browser/axe";
import { expect, test } from "../support/browser/test";

test("the zone is taken from the browser once, and changed on the account page, with JavaScript and without", async ({
  signIn,
  workspace,
  pageOf,
  database,
}) => {
  const { person } = await signIn();
  await database`update users set time_zone = null, locale = null where id = ${person.id}`;
  const acme = await workspace(person);
  const zoneOf = async () => (await database`select time_zone, locale from users where id = ${person.id}`)[0];
  const tokyo = await pageOf(person, { timezoneId: "Asia/Tokyo", locale: "de-DE" });
  await tokyo.goto(`/w/${acme.slug}`);
  await expect.poll(zoneOf).toEqual({ time_zone: "Asia/Tokyo", locale: "de-DE" });
  const elsewhere = await pageOf(person, { timezoneId: "America/New_York", locale: "en-US" });
  await elsewhere.goto("/account");
  const card = elsewhere.getByRole("region", { name: "Time and formats" });
  await expect(card.getByLabel("Time zone")).toHaveValue("Asia/Tokyo");
  expect(await zoneOf()).toEqual({ time_zone: "Asia/Tokyo", locale: "de-DE" });
  await expect(card).toContainText("1.234.567");
  await expectNoViolations(elsewhere, "account");

  await card.getByLabel("Time zone").selectOption("Europe/Berlin");
  await card.getByLabel("Dates and numbers").selectOption("en-GB");
  await card.getByRole("button", { name: "Save time and formats" }).click();
  await expect(card.getByText("Saved.")).toBeVisible();
  await expect(card).toContainText("1,234,567");
  await expect(card).toContainText(/GMT\+1|GMT\+2|CES?T/);
  await expect(elsewhere.locator("html")).toHaveAttribute("data-time-zone", "Europe/Berlin");

  const plain = await pageOf(person, { javaScriptEnabled: false });
  await plain.goto("/account");
  const still = plain.getByRole("region", { name: "Time and formats" });
  await still.getByLabel("Time zone").selectOption("UTC");
  await still.getByRole("button", { name: "Save time and formats" }).click();
  await expect(still.getByText("Saved.")).toBeVisible();
  expect(await zoneOf()).toEqual({ time_zone: "UTC", locale: "en-GB" });
});

test("the exact time is shown by keyboard and by touch, in the person's time zone", async ({
  signIn,
  pageOf,
  database,
}) => {
  const { person } = await signIn();
  await database`update users set time_zone = 'Asia/Tokyo', locale = 'en-GB' where id = ${person.id}`;
  for (const hasTouch of [false, true]) {
    const page = await pageOf(person, { hasTouch, viewport: { width: 360, height: 740 } });
    await page.goto("/account");
    const time = page.getByRole("region", { name: "Signed-in browsers" }).locator(".exact-time").first();
    await expect(time).toHaveAccessibleDescription(/GMT\+9|JST/);
    const shown = () => time.evaluate((element) => getComputedStyle(element, "::after").content);
    expect(await shown()).toBe("none");
    await time.scrollIntoViewIfNeeded();
    if (hasTouch) await time.tap();
    else {
      await time.evaluate((element) => {
        const all = [...document.querySelectorAll<HTMLElement>("a[href], button, input, select, summary")].filter(
          (each) => each.checkVisibility({ visibilityProperty: true }),
        );
        all[all.indexOf(element as HTMLElement) - 1]?.focus();
      });
      await page.keyboard.press("Tab");
      await expect(time).toBeFocused();
    }
    await expect.poll(shown).not.toBe("none");
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
  }
});
