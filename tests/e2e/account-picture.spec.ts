import type { Page } from "@playwright/test";
import sharp from "sharp";
import { expectNoViolations } from "../support/browser/axe";
import { expect, test } from "../support/browser/test";

const picture = async (background: string) => ({
  name: "me.png",
  mimeType: "image/png",
  buffer: await sharp({ create: { width: 300, height: 200, channels: 3, background } })
    .png()
    .toBuffer(),
});

const card = (page: Page) => page.getByRole("region", { name: "Picture" });

async function upload(page: Page, file: { name: string; mimeType: string; buffer: Buffer }) {
  await card(page).getByLabel("Picture", { exact: true }).setInputFiles(file);
  await card(page).getByRole("button", { name: "Save picture" }).click();
}

/** Returns the address of the only picture of a person in a place, after it is drawn. */
async function drawn(image: ReturnType<Page["locator"]>): Promise<string> {
  await expect(image).toHaveCount(1);
  await image.scrollIntoViewIfNeeded();
  await expect.poll(() => image.evaluate((img) => (img as HTMLImageElement).naturalWidth)).toBe(128);
  return (await image.getAttribute("src")) ?? "";
}

test("a picture is uploaded, seen only by the members of a shared workspace, and removed", async ({
  signIn,
  workspace,
  join,
  cookieOf,
  request,
}) => {
  const [ada, grace, outsider] = [
    await signIn(),
    await signIn({ name: "Grace Hopper" }),
    await signIn({ name: "Mallory" }),
  ];
  const acme = await workspace(ada.person);
  await join(acme, grace.person, "viewer");

  await ada.page.goto("/account");
  await upload(ada.page, await picture("#c04020"));
  await drawn(card(ada.page).locator("img"));
  await ada.page.goto(`/w/${acme.slug}`);
  await drawn(ada.page.getByRole("button", { name: "Account menu" }).locator("img"));

  await grace.page.goto(`/w/${acme.slug}/members`);
  const row = grace.page.getByRole("row", { name: /Ada Lovelace/ });
  const src = await drawn(row.locator("img"));
  await expect(grace.page.getByRole("row", { name: /Grace Hopper/ }).locator("img")).toHaveCount(0);
  await grace.page.goto(`/w/${acme.slug}/billing`);
  expect(await drawn(grace.page.getByRole("row", { name: /Ada Lovelace/ }).locator("img"))).toBe(src);

  const seen = async (person: typeof ada.person | null) =>
    request.get(src, { headers: person ? { cookie: await cookieOf(person) } : {}, maxRedirects: 0 });
  const answer = await seen(grace.person);
  expect(answer.status()).toBe(200);
  expect(answer.headers()).toMatchObject({
    "content-type": "image/webp",
    "cache-control": "private, max-age=31536000, immutable",
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
  });
  expect(answer.headers().vary).toContain("Cookie");
  const [foreign, none] = [await seen(outsider.person), await seen(null)];
  expect([foreign.status(), none.status()]).toEqual([404, 307]);
  for (const refused of [foreign, none]) expect(refused.headers()["cache-control"]).toBe("private, no-store");

  await ada.page.goto("/account");
  await card(ada.page).getByRole("button", { name: "Remove picture" }).click();
  await expect(card(ada.page).locator("img")).toHaveCount(0);
  expect((await seen(grace.person)).status()).toBe(404);
  await grace.page.goto(`/w/${acme.slug}/members`);
  await expect(row).toContainText("AL");
});

test("a file that is not a picture is refused at its field, with and without JavaScript", async ({
  signIn,
  pageOf,
}) => {
  const { person, page } = await signIn();
  const script = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
  const plain = await pageOf(person, { javaScriptEnabled: false });
  for (const each of [page, plain]) {
    await each.goto("/account");
    await upload(each, { name: "me.png", mimeType: "image/png", buffer: Buffer.from(script) });
    const field = card(each).getByLabel("Picture", { exact: true });
    await expect(field).toHaveAttribute("aria-invalid", "true");
    await expect(field).toHaveAccessibleDescription(/Choose a PNG, JPEG, WebP or GIF file/);
  }
  await upload(page, { name: "large.png", mimeType: "image/png", buffer: Buffer.alloc(1_000_001) });
  await expect(card(page)).toContainText("larger than 1 MB");
});

test("without JavaScript a picture is uploaded and removed", async ({ signIn, pageOf }) => {
  const { person } = await signIn();
  const page = await pageOf(person, { javaScriptEnabled: false });
  await page.goto("/account");
  await upload(page, await picture("#2040c0"));
  await expect(card(page).locator("img")).toHaveCount(1);
  await card(page).getByRole("button", { name: "Remove picture" }).click();
  await expect(card(page).locator("img")).toHaveCount(0);
});

test("the card at 390 px: by keyboard, nothing wider than the screen, nothing that axe finds", async ({
  signIn,
  pageOf,
  workspace,
}) => {
  const { person } = await signIn();
  const acme = await workspace(person);
  const page = await pageOf(person, { viewport: { width: 390, height: 844 } });
  await page.goto("/account");
  await card(page)
    .getByLabel("Picture", { exact: true })
    .setInputFiles(await picture("#208040"));
  await card(page).getByLabel("Picture", { exact: true }).focus();
  await page.keyboard.press("Tab");
  await expect(card(page).getByRole("button", { name: "Save picture" })).toBeFocused();
  await page.keyboard.press("Enter");
  await drawn(card(page).locator("img"));
  for (const path of ["/account", `/w/${acme.slug}/members`]) {
    await page.goto(path);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
    await expectNoViolations(page);
  }
});
