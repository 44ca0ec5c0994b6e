import { expectNoViolations } from "../support/browser/axe";
import { expect, test } from "../support/browser/test";

test("OP-17 an operator sends a test mail and retries a waiting one; with and without JavaScript", async ({
  signIn,
  database,
  pageOf,
}) => {
  test.setTimeout(120_000);
  const { person: ada, page } = await signIn();
  await database`insert into operators (user_id, source) values (${ada.id}, 'environment')`;
  await page.goto("/instance");
  await page.getByRole("navigation", { name: "Instance" }).getByRole("link", { name: "Mail" }).click();
  await expect(page.getByRole("heading", { name: "Mail", level: 1 })).toBeVisible();
  await expect(page.getByRole("region", { name: "Delivery" })).toContainText("nothing is delivered");
  await page.getByRole("button", { name: "Send me a test", exact: true }).click();
  await expect(page.getByText(`Sent to ${ada.email}`)).toBeVisible();
  await expectNoViolations(page);
  const server = page.getByRole("form", { name: "Set mail server" });
  await server.getByLabel("Host").fill("mail.invalid");
  await server.getByLabel("Sender").fill("Atelier <atelier@example.com>");
  await server.getByRole("button", { name: "Send me a test by mail server" }).click();
  await expect(server.getByText("Failed at: the mail server's name (DNS)")).toBeVisible();
  await expect(server.getByLabel("Host")).toHaveValue("mail.invalid");
  await server.getByLabel("Host").fill("169.254.169.254");
  await server.getByRole("button", { name: "Test and save mail server" }).click();
  await expect(server.getByText("link-local or a cloud's own")).toBeVisible();
  await expectNoViolations(page);
  const list = await (await page.request.get("/dev/mailbox")).text();
  expect(list).toContain("Test e-mail");
  expect(list).toContain(ada.email);
  // It cannot be decrypted, so a worker that tries to send it gives up immediately.
  const error = `no connection to the mail server ${ada.id}`;
  const [mail] = await database`
    insert into mail_outbox (template, payload, attempts, due_at, last_error)
    values ('invitation', 'x', 4, now() + interval '25 minutes', ${error}) returning id`;
  const plain = await pageOf(ada, { javaScriptEnabled: false, viewport: { width: 360, height: 740 } });
  await plain.goto("/instance/mail");
  await expect(plain.getByText(error)).toBeVisible();
  expect(await plain.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  await plain.getByRole("button", { name: "Send me a test", exact: true }).click();
  await expect(plain.getByText(`Sent to ${ada.email}`)).toBeVisible();
  await page.goto("/instance/mail");
  await expect(page.getByText(error)).toBeVisible();
  await expectNoViolations(page);
  await plain.getByRole("row").filter({ hasText: error }).getByRole("button", { name: "Try again now" }).click();
  await expect(plain.getByText("Waiting mail is tried again now.")).toBeVisible();
  await expect
    .poll(async () => (await database`select status from mail_outbox where id = ${mail?.id}`)[0]?.status)
    .toBe("failed");
  await page.goto("/instance/mail?state=failed");
  await expect(page.getByText("An Admin sends the invitation again under Members.").first()).toBeVisible();
  await expectNoViolations(page);
  await plain.goto("/instance/mail?state=failed");
  expect(await plain.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  await page.goto("/instance/audit");
  await expect(page.getByText("sent themselves a test e-mail").first()).toBeVisible();
  await expect(page.getByText("had waiting mail sent again at once").first()).toBeVisible();
  await database`delete from mail_outbox where id = ${mail?.id}`;
});

test("OP-17 an operator reads why an address gets no mail and allows it again; without JavaScript, on a phone", async ({
  signIn,
  database,
  pageOf,
}) => {
  const { person: ada, page } = await signIn();
  await database`insert into operators (user_id, source) values (${ada.id}, 'environment')`;
  const email = `bounced-${ada.id}@example.com`;
  await database`insert into suppressed_addresses (email, reason, detail) values (${email}, 'refused', '550 5.1.1')`;
  await page.goto("/instance/mail");
  const row = page.getByRole("table", { name: "Suppressed addresses" }).getByRole("row").filter({ hasText: email });
  await expect(row).toContainText("Refused by the mail server (550 5.1.1)");
  await expectNoViolations(page);
  const plain = await pageOf(ada, { javaScriptEnabled: false, viewport: { width: 360, height: 740 } });
  await plain.goto("/instance/mail");
  expect(await plain.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  await plain
    .getByRole("form", { name: `Allow mail to ${email} again` })
    .getByRole("button")
    .click();
  await expect(plain.getByText("Mail is sent to that address again.")).toBeVisible();
  await page.reload();
  await expect(page.getByText(email)).toHaveCount(0);
});
