import { expectNoViolations } from "../support/browser/axe";
import { expect, test } from "../support/browser/test";

test("an Admin sees the console as a Viewer, changes nothing in it, and stops", async ({
  signIn,
  workspace,
  call,
  database,
  baseURL,
}) => {
  test.setTimeout(90_000);
  test.info().annotations.push({ type: "expects-console-error" });
  const { person: ada, page } = await signIn();
  const [acme, globex] = [await workspace(ada, "Acme"), await workspace(ada, "Globex")];
  await call(ada, "keys.create", { workspace: acme.slug, name: "Nightly", expiration: "never" });
  await page.goto(`/w/${acme.slug}/members`);
  const stale = await page.context().newPage();
  await stale.goto(`/w/${acme.slug}/settings`);
  await page.getByRole("button", { name: "Account menu" }).click();
  await page.getByRole("menuitem", { name: "View as a role" }).click();
  await page.getByRole("button", { name: "View as Viewer" }).click();
  const banner = page.getByRole("region", { name: "View as a role" });
  await expect(banner).toContainText("You are viewing this workspace as Viewer.");
  await page.goto(`/w/${acme.slug}/keys`);
  await expect(page.getByRole("button", { name: /Create new key/ })).toHaveAttribute("aria-disabled", "true");
  await expectNoViolations(page);
  // Live parts of a page are answered as for a Viewer too.
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search or jump to" }).fill("new");
  await expect(page.getByRole("option", { name: "Create or join workspace" })).toBeVisible();
  await expect(page.getByRole("option", { name: "Create new key" })).toHaveCount(0);
  await page.keyboard.press("Escape");
  // A page that was opened before still has its forms, and they are refused.
  await stale.getByRole("textbox", { name: /name/i }).first().fill("Renamed");
  await stale
    .getByRole("button", { name: /^(Save|Rename)/ })
    .first()
    .click();
  await expect(stale.getByText("nothing can be changed in that view")).toBeVisible();
  const [row] = await database`select name from workspaces where id = ${acme.id}`;
  expect(row?.name).toBe("Acme");
  // The other endpoints: procedures over HTTP, and the contents of a file.
  const headers = { origin: String(baseURL), accept: "application/json" };
  const made = await page.request.post("/api/trpc/keys.create", {
    headers,
    data: { workspace: acme.slug, name: "Another", expiration: "never" },
  });
  expect([made.status(), (await made.json()).error.data.reason]).toEqual([403, "viewing_as"]);
  const sample = { name: "a.jsonl", mimeType: "application/jsonl", buffer: Buffer.from("{}\n") };
  const uploaded = await page.request.post(`/w/${acme.slug}/models/files/upload`, {
    headers,
    multipart: { purpose: "fine-tune", file: sample },
  });
  expect([uploaded.status(), (await uploaded.json()).reason]).toEqual([403, "viewing_as"]);
  // Other workspaces are shown with the person's own role.
  await page.goto(`/w/${globex.slug}/keys`);
  await expect(banner).toHaveCount(0);
  await page.goto(`/w/${acme.slug}/view-as`);
  await expect(page.getByText("You are already viewing it as another role.")).toBeVisible();
  await banner.getByRole("button", { name: "Stop" }).click();
  await expect(banner).toHaveCount(0);
  await page.goto(`/w/${acme.slug}/keys`);
  await expect(page.getByRole("button", { name: /Create new key/ })).not.toHaveAttribute("aria-disabled", "true");
});

test("on a phone and without JavaScript it works the same", async ({ signIn, pageOf, workspace }) => {
  const { person: ada } = await signIn();
  const acme = await workspace(ada);
  const page = await pageOf(ada, { javaScriptEnabled: false, viewport: { width: 390, height: 844 } });
  await page.goto(`/w/${acme.slug}/view-as`);
  await page.getByRole("button", { name: "View as Billing" }).click();
  await expect(page.getByText("You are viewing this workspace as Billing.")).toBeVisible();
  await page.getByRole("button", { name: "Stop" }).click();
  await expect(page.getByText("You are viewing this workspace as Billing.")).toHaveCount(0);
});
