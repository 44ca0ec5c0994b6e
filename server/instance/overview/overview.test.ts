import { beforeAll, expect, test } from "vitest";
import { refreshFigures } from "@/server/instance/figures/job";
import { owner } from "@/tests/support/database";
import { spend } from "@/tests/support/factories/spending";
import { use } from "@/tests/support/factories/usage";
import { type Signed, workspace } from "@/tests/support/people";
import { operator } from "@/tests/support/procedures/world";
import { newsOf } from "./version";

const euro = 1_000_000;
let olga: Signed;
beforeAll(async () => {
  olga = await operator();
});
const overview = () => olga.api.instance.overview();

test("the figures are those of all workspaces, by day, and are derived again when something is added", async () => {
  const [acme, globex] = [await workspace(), await workspace()];
  const yesterday = new Date(Date.now() - 86_400_000);
  await use(owner, acme.id, [{ cost: 2 * euro }, { cost: euro, status: 500, errorCode: "x", at: yesterday }]);
  await use(owner, globex.id, [{ cost: 3 * euro }]);
  expect(await refreshFigures()).toBe(true);
  const before = await overview();
  expect(before.days.at(-1)).toMatchObject({ requests: 2, cost: 5 * euro, errors: 0 });
  expect(before.days.at(-2)).toMatchObject({ requests: 1, cost: euro, errors: 1 });
  expect(before.attention.areJobsLate).toBe(false);
  await use(owner, acme.id, [{ cost: 7 * euro, at: yesterday }]);
  await owner`update instance_days set computed_at = computed_at - interval '2 days'`;
  expect((await overview()).attention.areJobsLate).toBe(true);
  await Promise.all([refreshFigures(), refreshFigures()]);
  const after = await overview();
  expect(after.days.at(-2)).toMatchObject({ requests: 2, cost: 8 * euro });
  expect(after.month.cost - before.month.cost).toBe(
    yesterday.getUTCMonth() === new Date().getUTCMonth() ? 7 * euro : 0,
  );
  expect(after.counts.workspaces.count).toBeGreaterThanOrEqual(2);
});

test("a workspace that reaches its ceiling needs attention, until the ceiling is higher", async () => {
  const acme = await workspace();
  const names = async () => (await overview()).attention.atCeiling.map(({ slug }) => slug);
  await olga.api.instance.setCeilings({ slug: acme.slug, month: "5" });
  await spend(owner, acme.id, { cost: 6 * euro });
  await use(owner, acme.id, [{ cost: 6 * euro }]);
  expect(await names()).not.toContain(acme.slug);
  await refreshFigures();
  expect(await names()).toContain(acme.slug);
  await olga.api.instance.setCeilings({ slug: acme.slug, month: "50" });
  expect(await names()).not.toContain(acme.slug);
  // A ceiling below what is spent is seen at once.
  await olga.api.instance.setCeilings({ slug: acme.slug, month: "1" });
  expect(await names()).toContain(acme.slug);
});

test("mail that fails or waits needs attention, with the reason and nothing of the mail", async () => {
  expect((await overview()).attention.isMailFailing).toBe(false);
  const sealed = Buffer.from("to grace@example.com");
  await owner`insert into mail_outbox (template, payload, created_at) values ('sign-in', ${sealed}, now() - interval '1 hour')`;
  expect(await overview()).toMatchObject({ attention: { isMailFailing: true }, mail: { failed: 0 } });
  await owner`update mail_outbox set status = 'failed', payload = null, settled_at = now(), last_error = 'login refused' where payload = ${sealed}`;
  const found = await overview();
  expect(found).toMatchObject({ attention: { isMailFailing: true }, mail: { failed: 1, lastError: "login refused" } });
  expect(JSON.stringify(found)).not.toContain("grace@example.com");
});

test("the version and the newest part of the changelog are shown", async () => {
  const { version, news, database } = await overview();
  expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  expect(news?.entries.length).toBeGreaterThan(0);
  expect(Number.parseInt(database.version, 10)).toBeGreaterThanOrEqual(16);
  expect(
    newsOf("# Changelog\n\n## 1.2.0\n\n- One `thing`\n  of two lines.\n- Another.\n\n## 1.1.0\n\n- Old.\n"),
  ).toEqual({
    title: "1.2.0",
    entries: ["One thing of two lines.", "Another."],
    isMore: false,
  });
  expect(newsOf("")).toBeNull();
});
