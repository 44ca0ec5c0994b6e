import { randomBytes } from "node:crypto";
import { formFields } from "../support/browser/form-fields";
import { askForLink } from "../support/browser/sign-in";
import { expect, test } from "../support/browser/test";

const foreign = [
  "//evil.example",
  "/\\evil.example",
  "https:evil.example",
  "https://localhost.evil.example",
  "https://localhost@evil.example",
  "javascript:alert(1)",
  "%2f%2fevil.example",
  "/%09/evil.example",
  "\x00",
  `/${"a".repeat(10_000)}`,
  "%E0%A4%A",
];

test("AU-10 with a callbackUrl in any place, signing in ends on this site", async ({
  browser,
  mailedLink,
  baseURL,
}) => {
  const tag = randomBytes(4).toString("hex");
  const addressOf = (value: string) => `callback-${foreign.indexOf(value)}-${tag}@example.com`;
  const isOwn = (location: string | null) => new URL(location ?? "", String(baseURL)).origin === baseURL;
  const hiddenIn = (html: string) => /name="callbackUrl" value="([^"]*)"/.exec(html)?.[1] ?? "not there:";
  const post = (path: string, body: BodyInit, value: string) =>
    fetch(`${baseURL}${path}`, {
      method: "POST",
      headers: { origin: String(baseURL), cookie: `callbackUrl=${encodeURIComponent(value)}` },
      body,
      redirect: "manual",
    });
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL });
  const page = await context.newPage();
  await page.goto("/sign-in");
  const form = await formFields(page.locator("form").first());
  await context.close();

  for (const value of foreign) {
    const shown = await fetch(`${baseURL}/sign-in?callbackUrl=${encodeURIComponent(value)}`);
    expect(isOwn(hiddenIn(await shown.text())), value).toBe(true);
    form.set("email", addressOf(value));
    form.set("callbackUrl", value);
    const answer = await post("/sign-in", form, value);
    expect(answer.headers.get("location"), value).toContain("/sign-in/check-email");
  }
  for (const value of foreign) {
    const link = new URL(await mailedLink(addressOf(value), "/sign-in/confirm"));
    expect(link.origin).toBe(baseURL);
    expect(isOwn(link.searchParams.get("callbackUrl") ?? "/"), value).toBe(true);
    link.searchParams.set("callbackUrl", value);
    const shown = await fetch(link);
    expect(isOwn(hiddenIn(await shown.text())), value).toBe(true);
    const token = link.searchParams.get("token") ?? "";
    const answer = await post("/api/auth/confirm", new URLSearchParams({ token, callbackUrl: value }), value);
    expect(answer.status, value).toBe(303);
    expect(isOwn(answer.headers.get("location")), value).toBe(true);
  }
});

test("AU-10 a signed-in person is not redirected to another site either", async ({ signIn, cookieOf, baseURL }) => {
  const { person } = await signIn();
  const cookie = await cookieOf(person);
  for (const value of foreign) {
    const answer = await fetch(`${baseURL}/sign-in?callbackUrl=${encodeURIComponent(value)}`, {
      headers: { cookie },
      redirect: "manual",
    });
    expect(answer.status, value).toBe(307);
    expect(new URL(answer.headers.get("location") ?? "", baseURL).origin, value).toBe(baseURL);
  }
});

const message = "Enter an e-mail address like name@company.com.";

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test.use({ javaScriptEnabled });

    test("AU-05 a bad address is refused at the field, stays there, and nothing is mailed", async ({
      page,
      mailedLink,
      database,
      request,
    }) => {
      const tag = randomBytes(4).toString("hex");
      const bad = [
        `a-${tag}@e.com,b-${tag}@v.com`,
        `"x-${tag}@e.com y"@v.com`,
        `x-${tag}＠e.com@v.com`,
        `a-${tag}@v.com%0d%0aBcc:`,
        `<a-${tag}@v>`,
        `${"a".repeat(57)}${tag}@v.com`,
        `a-${tag}@${"v.".repeat(126)}com`,
        `mıke-${tag}@v.com`,
        tag,
      ];
      await page.goto("/sign-in");
      const field = page.getByLabel("Email");
      for (const address of bad) {
        await field.fill(address);
        await Promise.all([
          page.waitForResponse((response) => response.request().method() === "POST"),
          page.getByRole("button", { name: "Continue with email" }).click(),
        ]);
        await expect(page.getByRole("button", { name: "Continue with email" })).toBeEnabled();
        await expect(field, address).toHaveAccessibleDescription(message);
        await expect(field).toHaveAttribute("aria-invalid", "true");
        await expect(field).toHaveValue(address);
        await expect(field).toBeFocused();
      }

      // Mail is sent in order: when the good one has arrived, a bad one would have arrived too.
      const good = `good-${tag}@example.com`;
      await askForLink(page, good);
      await mailedLink(good, "/sign-in/confirm");
      const asked = await database`select identifier from verification_tokens where identifier like ${`%${tag}%`}`;
      expect(asked.map(({ identifier }) => identifier)).toEqual([good]);
      const mailbox = await (await request.get("/dev/mailbox")).text();
      expect(mailbox).not.toContain(`-${tag}@v.com`);
      expect(mailbox).not.toContain(`-${tag}@e.com`);
    });
  });
}

test("AU-05 addresses that no keyboard can type are refused too", async ({ browser, database, baseURL }) => {
  const tag = randomBytes(4).toString("hex");
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL });
  const plain = await context.newPage();
  await plain.goto("/sign-in");
  for (const address of [
    `a-${tag}\0@v.com`,
    `a-${tag}@v.com\r\nBcc: b@v.com`,
    `a-${tag}@exämple.com`,
    `a-${tag}@аррӏе.com`,
  ]) {
    const form = await formFields(plain.locator("form").first());
    form.set("email", address);
    const answer = await fetch(`${baseURL}/sign-in`, {
      method: "POST",
      headers: { origin: String(baseURL) },
      body: form,
      redirect: "manual",
    });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain(message);
  }
  expect(await database`select 1 from verification_tokens where identifier like ${`%${tag}%`}`).toHaveLength(0);
  await context.close();
});
