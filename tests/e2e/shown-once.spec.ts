import { randomBytes } from "node:crypto";
import type { Locator, Page, Route } from "@playwright/test";
import type postgres from "postgres";
import { expect, type Person, test, type Workspace } from "../support/browser/test";

/** Returns the row of the key that this person created. */
async function storedKey(database: postgres.Sql, { id }: Workspace, person: Person, name: string): Promise<string> {
  const keyId = randomBytes(6).toString("hex");
  await database`
    insert into api_keys (workspace_id, id, name, secret_mac, pepper_version, last_four, created_by)
    values (${id}, ${keyId}, ${name}, ${randomBytes(32)}, 1, 'abcd', ${person.id})`;
  return keyId;
}

/** Delays the answer of the next form until `answer` is called: the server has executed the action by then. */
async function holdAnswer(page: Page, lost = false): Promise<{ isAsked: () => boolean; answer: () => void }> {
  let answer = () => {};
  let asked = false;
  const told = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.route("**/w/**", async (route: Route) => {
    if (route.request().method() !== "POST" || asked) return route.fallback();
    const response = await route.fetch();
    asked = true;
    await told;
    return lost ? route.abort() : route.fulfill({ response });
  });
  return { isAsked: () => asked, answer: () => answer() };
}

/** Tries each way to close a dialog by accident, and two ways to close it on purpose. */
async function tryToClose(page: Page, dialog: Locator): Promise<void> {
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await page.mouse.click(5, 5);
  for (const name of ["Close", "Cancel"]) {
    const button = dialog.getByRole("button", { name, exact: true });
    await expect(button).toHaveAttribute("aria-disabled", "true");
    await button.click({ force: true });
  }
  await expect(dialog).toBeVisible();
}

/** Goes back within the document, as the browser's button does. If the dialog stays open, the page's address must stay too. */
async function goBack(page: Page): Promise<void> {
  const address = page.url();
  // The navigation ends as cancelled. The address is checked afterwards.
  await page.evaluate(async () => {
    const { committed, finished } = navigation.back();
    await Promise.allSettled([committed, finished]);
  });
  await expect(page).toHaveURL(address);
}

/** Returns whether the browser would ask before this page is left. */
const asksBeforeLeaving = (page: Page) =>
  page.evaluate(() => !window.dispatchEvent(new Event("beforeunload", { cancelable: true })));

/** Opens the dialog that creates a key, and enters the name "Backend". */
async function newKey(page: Page): Promise<Locator> {
  await page.getByRole("button", { name: "Create new key" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Key name").fill("Backend");
  return dialog;
}

const secretForm = /^atl_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}$/;

const dialogs: {
  what: string;
  /** Opens the dialog and fills it in. Returns the dialog with any title. */
  open: (
    page: Page,
    about: { acme: Workspace; ada: Person; grace: Person; database: postgres.Sql },
  ) => Promise<Locator>;
  submit: string;
  shown: string;
  /** Whether "Back" stays within the document. On the first page of a document the browser asks instead. */
  hasBack: boolean;
}[] = [
  {
    what: "a key that is being made",
    open: async (page, { acme }) => {
      await page.goto(`/w/${acme.slug}/usage`);
      await page.getByRole("link", { name: "API Keys", exact: true }).click();
      return newKey(page);
    },
    submit: "Create new key",
    shown: "Your new key",
    hasBack: true,
  },
  {
    what: "a key that is being rotated",
    open: async (page, { acme, ada, database }) => {
      await storedKey(database, acme, ada, "Backend");
      await page.goto(`/w/${acme.slug}/keys`);
      await page.getByRole("button", { name: "Actions for Backend" }).click();
      await page.getByRole("menuitem", { name: "Rotate" }).click();
      return page.getByRole("dialog");
    },
    submit: "Rotate key",
    shown: "Your new key",
    hasBack: false,
  },
  {
    what: "a member whose keys are being rotated",
    open: async (page, { acme, grace, database }) => {
      await storedKey(database, acme, grace, "web");
      await page.goto(`/w/${acme.slug}/members`);
      await page.getByRole("button", { name: "Actions for Grace Hopper" }).click();
      await page.getByRole("menuitem", { name: "Remove" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Action for web").selectOption("Rotate");
      return dialog;
    },
    submit: "Remove",
    shown: "New key of web",
    hasBack: false,
  },
];

for (const { what, open, submit, shown, hasBack } of dialogs) {
  test(`the dialog of ${what} stays until its answer is there, and until the secret is taken`, async ({
    team,
    database,
  }) => {
    const { acme, ada, page, grace } = await team("developer");
    const dialog = await open(page, { acme, ada, grace, database });
    const { isAsked, answer } = await holdAnswer(page);
    expect(await asksBeforeLeaving(page)).toBe(false);
    await dialog.getByRole("button", { name: submit, exact: true }).click();
    await tryToClose(page, dialog);
    await expect.poll(isAsked).toBe(true);
    await tryToClose(page, dialog);
    expect(await asksBeforeLeaving(page)).toBe(true);
    if (hasBack) await goBack(page);

    answer();
    const field = dialog.getByLabel(shown);
    await expect(field).toHaveValue(secretForm);
    await expect(dialog.getByText("This is the only time you can see")).toBeVisible();
    await expect(dialog.getByRole("button", { name: "Close", exact: true })).toHaveCount(0);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await page.mouse.click(5, 5);
    await dialog.getByRole("button", { name: /^Copy key/ }).click();
    if (hasBack) await goBack(page);
    await expect(field).toHaveValue(secretForm);
    expect(await asksBeforeLeaving(page)).toBe(true);

    await dialog.getByRole("button", { name: "Done" }).click();
    await expect(page.getByRole("dialog")).toHaveCount(0);
    expect(await asksBeforeLeaving(page)).toBe(false);
    if (!hasBack) return;
    await page.goBack();
    await expect(page.getByRole("heading", { name: "Usage", exact: true })).toBeVisible();
  });
}

test("a dialog that shows nothing secret stays while its form waits, and a refusal opens it again for all ways", async ({
  team,
}) => {
  const { acme, page } = await team("developer");
  await page.goto(`/w/${acme.slug}/members`);
  await page.getByRole("button", { name: "Invite a new member" }).click();
  const dialog = page.getByRole("dialog", { name: "Invite a new member" });
  const { isAsked, answer } = await holdAnswer(page);
  await dialog.getByRole("button", { name: "Send invitations" }).click();
  await expect.poll(isAsked).toBe(true);
  await tryToClose(page, dialog);
  await dialog.getByRole("link", { name: "Invite many" }).click();
  await expect(page).toHaveURL(/\/members$/);
  answer();
  await expect(dialog.getByLabel("Email addresses")).toHaveAttribute("aria-invalid", "true");
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
});

test("a key whose answer was lost on the way is in the list, and the dialog says what to do: a rotation shows a secret", async ({
  signIn,
  workspace,
}) => {
  test.info().annotations.push({ type: "expects-console-error" });
  const { person: ada, page } = await signIn();
  const acme = await workspace(ada);
  await page.goto(`/w/${acme.slug}/keys`);
  const dialog = await newKey(page);
  const { isAsked, answer } = await holdAnswer(page, true);
  await dialog.getByRole("button", { name: "Create new key" }).click();
  await expect.poll(isAsked).toBe(true);
  answer();
  const alert = dialog.getByRole("alert");
  await expect(alert).toContainText("No response");
  await expect(alert).toContainText("rotate the key to get a new secret, or revoke it");
  await expect(dialog.getByLabel("Key name"), "nothing typed is lost").toHaveValue("Backend");

  const [anew] = await Promise.all([
    page.waitForEvent("popup"),
    alert.getByRole("link", { name: "Reload the page" }).click(),
  ]);
  const row = anew.getByRole("table", { name: "API keys" }).getByRole("row").filter({ hasText: "Backend" });
  await expect(row).toContainText("never");
  await anew.getByRole("button", { name: "Actions for Backend" }).click();
  await anew.getByRole("menuitem", { name: "Rotate" }).click();
  await anew.getByRole("button", { name: "Rotate key" }).click();
  await expect(anew.getByLabel("Your new key")).toHaveValue(secretForm);

  // The dialog no longer waits.
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
});

test("a tab that is closed while a key is created loses only the secret: the list has the key", async ({
  signIn,
  pageOf,
  workspace,
  database,
}) => {
  const { person: ada, page } = await signIn();
  const acme = await workspace(ada);
  await page.goto(`/w/${acme.slug}/keys`);
  const dialog = await newKey(page);
  await dialog.getByRole("button", { name: "Create new key" }).click();
  await expect
    .poll(async () => (await database`select from api_keys where workspace_id = ${acme.id}`).length, {
      intervals: [20],
    })
    .toBe(1);
  await page.close();
  const next = await pageOf(ada);
  await next.goto(`/w/${acme.slug}/keys`);
  await next.getByRole("button", { name: "Actions for Backend" }).click();
  await next.getByRole("menuitem", { name: "Revoke" }).click();
  await next.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await expect(next.getByText("Key revoked. It no longer works.")).toBeVisible();
});

test("the browser asks before a page with a signing secret is left, and saving replaces a secret whose answer was lost", async ({
  signIn,
  workspace,
}) => {
  test.info().annotations.push({ type: "expects-console-error" });
  const { person: ada, page } = await signIn();
  const acme = await workspace(ada);
  await page.goto(`/w/${acme.slug}/billing`);
  const card = page.getByRole("region", { name: "Webhook" });
  await card.getByLabel("Address").fill("https://no-such-host.invalid/hook");
  const { answer } = await holdAnswer(page, true);
  answer();
  await card.getByRole("button", { name: "Save webhook" }).click();
  await expect(card.getByRole("alert")).toContainText("save the address again for a new one");
  expect(await asksBeforeLeaving(page)).toBe(false);
  await card.getByRole("button", { name: "Save webhook" }).click();
  await expect(card.getByLabel("Signing secret")).toHaveValue(/^whsec_/);
  await expect(card.getByText("This is the only time you can see the signing secret")).toBeVisible();
  expect(await asksBeforeLeaving(page)).toBe(true);
});

test("a form of a version that the server no longer has says that nothing was done, and keeps what was typed", async ({
  signIn,
  workspace,
  database,
}) => {
  test.info().annotations.push({ type: "expects-console-error" });
  const { person: ada, page } = await signIn();
  const acme = await workspace(ada);
  await page.goto(`/w/${acme.slug}/keys`);
  const dialog = await newKey(page);
  await page.route("**/w/**", (route) =>
    route.request().method() === "POST"
      ? route.continue({ headers: { ...route.request().headers(), "next-action": `40${"0".repeat(40)}` } })
      : route.fallback(),
  );
  await dialog.getByRole("button", { name: "Create new key" }).click();
  await expect(dialog.getByRole("alert")).toContainText("Nothing was changed");
  await expect(dialog.getByRole("alert")).toContainText("Atelier was updated since this page was loaded.");
  await expect(dialog.getByLabel("Key name")).toHaveValue("Backend");
  expect(await database`select from api_keys where workspace_id = ${acme.id}`).toHaveLength(0);
});
