import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { expectNoViolations } from "../support/browser/axe";
import { expect, test } from "../support/browser/test";

const formOf = (page: Page) => page.getByRole("form", { name: "Invite many" });
const rowOf = (page: Page, list: string, text: string) =>
  page.getByRole("list", { name: list }).getByRole("listitem").filter({ hasText: text });

test("a list is uploaded, checked, sent with its progress, and its report is downloaded", async ({
  signIn,
  workspace,
  database,
}) => {
  const { person: ada, page } = await signIn();
  const acme = await workspace(ada);
  const tag = randomBytes(4).toString("hex");
  await page.goto(`/w/${acme.slug}/members`);
  await page.getByRole("button", { name: "Invite a new member" }).click();
  await page.getByRole("link", { name: "Invite many" }).click();
  await expect(page.getByRole("heading", { name: "Invite many" })).toBeVisible();
  const people = Array.from({ length: 120 }, (_, i) => `p${i}-${tag}@example.com;developer`);
  const table = `\ufeffE-mail;Role\r\n${people.join("\r\n")}\r\nnotmail;\r\n${ada.email};\r\nking-${tag}@example.com;king\r\n${people[0]}\r\n`;
  await page
    .getByLabel("Or a CSV file")
    .setInputFiles({ name: "team.csv", mimeType: "text/csv", buffer: Buffer.from(table) });
  await page.getByRole("button", { name: "Check the list" }).click();
  await expect(formOf(page).getByRole("status")).toHaveText("120 of 123 rows can be invited. 1 repeated row left out.");
  await expect(rowOf(page, "Rows", "notmail")).toContainText("Not an address");
  await expect(rowOf(page, "Rows", ada.email)).toContainText("Already a member");
  await expect(rowOf(page, "Rows", `king-${tag}`)).toContainText("No such role: king");
  await expectNoViolations(page);
  await page.getByRole("button", { name: "Send 120 invitations" }).dblclick();
  await expect(formOf(page).getByText("120 invitations on the way. 3 rows not sent.")).toBeVisible({ timeout: 30_000 });
  const [row] = await database`
    select count(*)::int as n, count(mail_id)::int as mails from invitations where workspace_id = ${acme.id} and role = 'developer'`;
  expect(row).toEqual({ n: 120, mails: 120 });
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download the report" }).click(),
  ]);
  const report = await readFile(await download.path(), "utf8");
  expect(report).toContain("email,role,result\r\n");
  expect(report).toContain(`p7-${tag}@example.com,developer,Invited\r\n`);
  expect(report).toContain("notmail,developer,Not an address\r\n");
  expect(report.split("\r\n")).toHaveLength(125);
});

test("invitations that failed because the server was down are sent again, and none is sent twice", async ({
  signIn,
  workspace,
  database,
}) => {
  test.info().annotations.push({ type: "expects-console-error" });
  const { person: ada, page } = await signIn();
  const acme = await workspace(ada);
  const tag = randomBytes(4).toString("hex");
  await page.goto(`/w/${acme.slug}/members/invite`);
  const list = Array.from({ length: 60 }, (_, i) => `q${i}-${tag}@example.com`).join("\n");
  await page.getByLabel("Addresses").fill(list);
  await page.getByRole("button", { name: "Check the list" }).click();
  let calls = 0;
  // The second slice arrives, but its answer does not.
  await page.route("**/api/trpc/invitations.createMany*", async (route) => {
    calls += 1;
    if (calls !== 2) return route.continue();
    await route.fetch();
    return route.abort();
  });
  await page.getByRole("button", { name: "Send 60 invitations" }).click();
  await expect(formOf(page).getByText("50 invitations on the way. 10 rows not sent.")).toBeVisible();
  await page.getByRole("button", { name: "Send the rest again" }).click();
  await expect(rowOf(page, "Results", `q59-${tag}`)).toContainText("Already invited");
  const [row] = await database`select count(*)::int as n from invitations where workspace_id = ${acme.id}`;
  expect(row?.n).toBe(60);
});

test("without JavaScript, on a phone: check, send, report", async ({ signIn, pageOf, workspace }) => {
  const { person: ada } = await signIn();
  const acme = await workspace(ada);
  const tag = randomBytes(4).toString("hex");
  const page = await pageOf(ada, { javaScriptEnabled: false, viewport: { width: 390, height: 844 } });
  await page.goto(`/w/${acme.slug}/members/invite`);
  await page.getByRole("button", { name: "Check the list" }).click();
  await expect(page.getByText("Paste a list of addresses, or choose a file.")).toBeVisible();
  await page
    .getByLabel("Or a CSV file")
    .setInputFiles({ name: "team.csv", mimeType: "text/csv", buffer: Buffer.from([0xff, 0xfe, 0x61, 0x00]) });
  await page.getByRole("button", { name: "Check the list" }).click();
  await expect(page.getByText("This file is not UTF-8 text.")).toBeVisible();
  await page.getByLabel("Addresses").fill(`one-${tag}@example.com, viewer\ntwo-${tag}@example.com, admin\nnonsense`);
  await page.getByRole("button", { name: "Check the list" }).click();
  await expect(page.getByText("2 of 3 rows can be invited.")).toBeVisible();
  await page.getByRole("button", { name: "Send 2 invitations" }).click();
  await expect(page.getByText("2 invitations on the way.")).toBeVisible();
  await expect(rowOf(page, "Results", `two-${tag}`)).toContainText("Admin");
  await page.getByRole("link", { name: "Back to members" }).last().click();
  await expect(page.getByRole("region", { name: "Pending invitations" })).toContainText(`one-${tag}@example.com`);
});

test("a member who may not invite reads who may", async ({ signIn, workspace, join }) => {
  const { person: ada } = await signIn({ name: "Ada Lovelace" });
  const acme = await workspace(ada);
  const { person: grace, page } = await signIn();
  await join(acme, grace, "developer");
  await page.goto(`/w/${acme.slug}/members/invite`);
  await expect(page.getByText("Needs the role Admin. Ask Ada Lovelace.")).toBeVisible();
});
