import type { Page } from "@playwright/test";
import { expectNoViolations } from "../support/browser/axe";
import { expect, test } from "../support/browser/test";

const dialogOf = (page: Page) => page.getByRole("dialog", { name: "Search or jump to…" });
const fieldOf = (page: Page) => page.getByRole("combobox", { name: "Search or jump to" });

test("the palette is opened, searched and closed only with the keyboard", async ({ signIn, workspace, join }) => {
  const { person: ada, page } = await signIn({ name: "Ada Lovelace" });
  const acme = await workspace(ada, "Acme");
  const { person: grace } = await signIn({ name: "Grace Hopper" });
  await join(acme, grace, "viewer");
  await page.goto(`/w/${acme.slug}/usage`);
  const button = page.getByRole("button", { name: "Search or jump to…" });
  await button.focus();
  await page.keyboard.press("Control+k");
  const field = fieldOf(page);
  await expect(field).toBeFocused();
  const marked = () => dialogOf(page).getByRole("option", { selected: true });
  await expect(marked()).toHaveText("Overview");
  await expect(field).toHaveAttribute("aria-activedescendant", (await marked().getAttribute("id")) ?? "");
  await page.keyboard.press("ArrowDown");
  await expect(marked()).toHaveText("API Keys");
  await page.keyboard.press("End");
  await expect(marked()).toHaveText("Log out");
  await page.keyboard.press("ArrowDown");
  await expect(marked()).toHaveText("Overview");
  await page.keyboard.press("ArrowUp");
  await expect(marked()).toHaveText("Log out");
  await page.keyboard.press("Home");
  await expect(marked()).toHaveText("Overview");
  await page.keyboard.press("Escape");
  await expect(dialogOf(page)).toBeHidden();
  await expect(button).toBeFocused();

  // Enter before the answer has arrived selects the first entry of the answer.
  await page.keyboard.press("Meta+k");
  await expect(field).toBeFocused();
  await page.keyboard.type("grace hop");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/w/${acme.slug}/members\\?q=`));
  await expect(dialogOf(page)).toBeHidden();
  await expect(page.getByRole("table").getByText("Grace Hopper")).toBeVisible();

  await page.keyboard.press("Control+k");
  await page.keyboard.type("invite a");
  await expect(marked()).toHaveText("Invite a new member");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Invite a new member" })).toBeVisible();
  // The palette does not cover an open dialog.
  await page.keyboard.press("Control+k");
  await expect(dialogOf(page)).toBeHidden();
});

test("the palette says when nothing is found, switches the theme, and logs out", async ({ signIn, workspace }) => {
  const { person, page } = await signIn();
  const acme = await workspace(person);
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto(`/w/${acme.slug}`);
  const open = () => page.getByRole("button", { name: "Search or jump to…" }).click();
  await open();
  await fieldOf(page).fill("no such thing");
  await expect(dialogOf(page).getByRole("status")).toHaveText("No results.");
  await fieldOf(page).fill("dark");
  await page.getByRole("option", { name: "Switch theme" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await open();
  await expect(fieldOf(page)).toHaveValue("");
  await fieldOf(page).fill("log out");
  await page.getByRole("option", { name: "Log out" }).click();
  await expect(page).toHaveURL(/\/sign-in/);
});

test("axe finds nothing in the palette or on its page, in both themes and on a phone", async ({
  signIn,
  pageOf,
  workspace,
}) => {
  const { person } = await signIn();
  const acme = await workspace(person);
  await workspace(person, "Globex");
  const page = await pageOf(person, { viewport: { width: 390, height: 844 }, reducedMotion: "reduce" });
  const check = async () => {
    await expectNoViolations(page);
    const [scroll, client] = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ]);
    expect(scroll).toBeLessThanOrEqual(client ?? 0);
  };
  await page.goto(`/w/${acme.slug}/find`);
  await check();
  await page.getByRole("button", { name: "Open navigation" }).click();
  await page.getByRole("button", { name: "Search or jump to…" }).click();
  await expect(page.getByRole("option", { name: "Globex" })).toBeVisible();
  await check();
});

test("without JavaScript the button leads to a page that does the same", async ({
  signIn,
  pageOf,
  workspace,
  join,
}) => {
  const { person } = await signIn();
  const acme = await workspace(person);
  const { person: grace } = await signIn({ name: "Grace Hopper" });
  await join(acme, grace, "viewer");
  const page = await pageOf(person, { javaScriptEnabled: false });
  await page.goto(`/w/${acme.slug}/keys`);
  await page.getByRole("button", { name: "Search or jump to…" }).click();
  await expect(page).toHaveURL(new RegExp(`/w/${acme.slug}/find`));
  await expect(page.getByRole("region", { name: "Pages" }).getByRole("link", { name: "Usage" })).toBeVisible();
  await page.getByRole("searchbox", { name: "Search" }).fill("hopper");
  await page.keyboard.press("Enter");
  await page
    .getByRole("region", { name: "Members" })
    .getByRole("link", { name: /Grace Hopper/ })
    .click();
  await expect(page).toHaveURL(/members\?q=/);
  await page.goto(`/w/${acme.slug}/find?q=nothing-like-it`);
  await expect(page.getByText("No results for “nothing-like-it”.")).toBeVisible();
});
