import { beforeEach, expect, test } from "vitest";
import { mailSpendAlerts } from "@/server/billing/alerts/job";
import { openMail } from "@/server/mail/outbox";
import { owner } from "@/tests/support/database";
import { spend } from "@/tests/support/factories/spending";
import { allIsHeard, asking, startMeters, stopMeters, type TestMeter } from "@/tests/support/gateway/meters";
import { memberOf, reasonOf, type Signed, type TestWorkspace, workspace } from "@/tests/support/people";

const euro = 1_000_000;
const today = () => new Date().toISOString().slice(0, 10);

let acme: TestWorkspace;
let developer: Signed;
let keyId: string;

beforeEach(async () => {
  acme = await workspace();
  developer = await memberOf(acme, "developer");
  keyId = (await developer.api.keys.create({ workspace: acme.slug, name: "Nightly" })).id;
});

const here = (of: string) => ({ workspace: acme.slug, of });
const subjects = () => ["workspace", `member:${developer.person.id}`, `key:${keyId}`, "model:small"];
const spanOf = async (of: string, span: string) =>
  (await acme.admin.api.budgets.get(here(of))).spans.find((each) => each.span === span);
const audited = async () =>
  (
    await owner`select action from audit_events where workspace_id = ${acme.id} and action like '%budget%' or action like 'spend.raise%' and workspace_id = ${acme.id} order by at`
  ).map(({ action }) => action);
const fieldsOf = async (attempt: Promise<unknown>) => {
  const { refusalOf } = await import("@/server/api/trpc");
  return attempt.then(
    () => undefined,
    (error) => refusalOf(error).fields,
  );
};

const refusalReason = async (error: unknown) => reasonOf(Promise.reject(error));

test("each subject has a limit a day, a week, a month and in total, with what was spent before it was set", async () => {
  const { budgets } = acme.admin.api;
  await spend(owner, acme.id, { cost: 2 * euro, keyId, memberId: developer.person.id, model: "small" });
  for (const of of subjects())
    for (const span of ["day", "week", "month", "total"] as const) {
      const isOfKey = of.startsWith("key:") && span === "month";
      const setting = budgets.set({ ...here(of), span, limit: "5" });
      if (isOfKey) {
        expect(await fieldsOf(setting)).toEqual({ limit: "Change a key's limit a month in its settings." });
        continue;
      }
      await setting;
      expect([of, span, await spanOf(of, span)]).toMatchObject([of, span, { limit: 5 * euro, spent: 2 * euro }]);
      await budgets.remove({ ...here(of), span });
      expect(await spanOf(of, span)).toMatchObject({ limit: null });
    }
});

test("a change is one audit row, the same again none, and only those who manage limits may", async () => {
  const { budgets } = acme.admin.api;
  const of = `key:${keyId}`;
  await budgets.set({ ...here(of), span: "day", limit: "5" });
  await budgets.set({ ...here(of), span: "day", limit: "5" });
  await budgets.raise({ ...here(of), span: "day", limit: "9", until: today() });
  await budgets.endRaise({ ...here(of), span: "day" });
  await budgets.endRaise({ ...here(of), span: "day" });
  await budgets.remove({ ...here(of), span: "day" });
  await budgets.remove({ ...here(of), span: "day" });
  expect(await audited()).toEqual([
    ...["spend.budget_set", "spend.budget_raised", "spend.raise_ended", "spend.budget_removed"],
  ]);
  const mine = developer.api.budgets;
  expect(await reasonOf(mine.set({ ...here(of), span: "day", limit: "5" }))).toBe("not_permitted");
  expect((await mine.get(here(of))).mayManage).toBe(false);
  expect(await reasonOf(budgets.get(here("key:000000000000")))).toBe("not_found");
  expect(await reasonOf(budgets.set({ ...here("ceiling"), span: "day", limit: "5" }))).toBe("not_permitted");
});

test("a raise holds for requests until its day ends, and then the limit is what it was", async () => {
  const { budgets } = acme.admin.api;
  const of = "workspace";
  const [one] = (await startMeters(owner, 1)) as [TestMeter];
  try {
    await budgets.set({ ...here(of), span: "day", limit: "0.0001" });
    expect(await fieldsOf(budgets.raise({ ...here(of), span: "day", limit: "0.0001", until: today() }))).toEqual({
      limit: "Enter more than the limit itself.",
    });
    expect(await fieldsOf(budgets.raise({ ...here(of), span: "day", limit: "1", until: "2020-01-01" }))).toEqual({
      until: "Choose today or a later day, within a year.",
    });
    const costly = () => asking(acme.id, { promptTokens: 300 });
    await allIsHeard(owner);
    expect(await one.reserve(costly())).toMatchObject({ isGranted: false, limit: 100, span: "day" });
    await budgets.raise({ ...here(of), span: "day", limit: "1", until: today() });
    await allIsHeard(owner);
    expect(await one.reserve(costly())).toMatchObject({ isGranted: true });
    expect(await spanOf(of, "day")).toMatchObject({ limit: 100, raise: { limit: euro } });
    await owner`update limit_raises set ends_at = now() - interval '1 second' where workspace_id = ${acme.id}`;
    await allIsHeard(owner);
    expect(await one.reserve(costly())).toMatchObject({ isGranted: false, limit: 100 });
    expect(await spanOf(of, "day")).toMatchObject({ limit: 100, raise: null });
  } finally {
    await stopMeters();
  }
});

test("raising a limit and taking it away at the same moment wait for each other in one order", async () => {
  const { budgets } = acme.admin.api;
  const at = { ...here("model:small"), span: "day" as const };
  for (let round = 0; round < 5; round++) {
    await budgets.set({ ...at, limit: "5" });
    await budgets.raise({ ...at, limit: "9", until: today() });
    const outcomes = await Promise.all(
      [budgets.raise({ ...at, limit: "8", until: today() }), budgets.remove(at), budgets.remove(at)].map((attempt) =>
        attempt.then(() => "done", refusalReason),
      ),
    );
    // A raise that comes after the removal finds no limit.
    expect(outcomes.filter((outcome) => outcome !== "done" && outcome !== "not_found")).toEqual([]);
  }
});

test("a key that is rotated takes its limits and what they are raised to along", async () => {
  const { budgets } = acme.admin.api;
  await budgets.set({ ...here(`key:${keyId}`), span: "week", limit: "5" });
  await budgets.raise({ ...here(`key:${keyId}`), span: "week", limit: "9", until: today() });
  await spend(owner, acme.id, { cost: euro, keyId, memberId: developer.person.id });
  const { id } = await developer.api.keys.rotate({ workspace: acme.slug, keyId, overlap: "1" });
  expect(await spanOf(`key:${id}`, "week")).toMatchObject({ limit: 5 * euro, raise: { limit: 9 * euro } });
});

test("what a limit would have meant is said for each span, and what cannot be read at its field", async () => {
  const of = `member:${developer.person.id}`;
  const dayAgo = new Date(Date.now() - 86_400_000);
  await spend(owner, acme.id, { cost: 2 * euro, keyId, memberId: developer.person.id, at: dayAgo });
  await spend(owner, acme.id, { cost: 9 * euro });
  const tried = (span: "day" | "total", limit: string) => developer.api.budgets.try({ ...here(of), span, limit });
  expect(await tried("day", "2")).toMatchObject({ limit: 2 * euro, outcome: { requests: 1, refused: 0 } });
  expect(await tried("total", "1.99")).toMatchObject({ outcome: { refused: 1, refusals: [{}] } });
  expect(await tried("day", "much")).toEqual({ error: "Enter an amount in digits, such as 20 or 20.50." });
});

async function mailsOf(template: "spend-alert" | "limit-request") {
  const rows = await owner`select payload from mail_outbox where template = ${template} order by created_at`;
  return rows
    .map(({ payload }) => openMail(payload))
    .filter((mail) => mail && "url" in mail.props && String(mail.props.url).includes(`/w/${acme.slug}/`));
}

test("each limit is alerted about: to those who manage limits, and to the member whose keys it holds for", async () => {
  const { budgets } = acme.admin.api;
  await spend(owner, acme.id, {
    cost: 8.5 * euro,
    keyId,
    memberId: developer.person.id,
    model: "small",
    tags: ["search"],
  });
  await budgets.set({ ...here(`key:${keyId}`), span: "day", limit: "10" });
  await budgets.set({ ...here(`member:${developer.person.id}`), span: "month", limit: "100" });
  await budgets.set({ ...here("model:small"), span: "total", limit: "8" });
  await acme.admin.api.tags.declare({ workspace: acme.slug, tag: "search" });
  await budgets.set({ ...here("tag:search"), span: "week", limit: "16" });
  await mailSpendAlerts();
  await mailSpendAlerts();
  const mails = (await mailsOf("spend-alert")).map((mail) => [mail?.to, mail?.props]);
  const admin = acme.admin.person.email;
  expect(mails).toHaveLength(4);
  expect(mails).toEqual(
    expect.arrayContaining([
      [admin, expect.objectContaining({ of: `key:${keyId}`, name: "Nightly", span: "day", percent: 80 })],
      [developer.person.email, expect.objectContaining({ of: `key:${keyId}`, isReached: false })],
      [admin, expect.objectContaining({ of: "model:small", span: "total", percent: 100, resetsOn: null })],
      [admin, expect.objectContaining({ of: "tag:search", span: "week", percent: 50 })],
    ]),
  );
  // After the raise the spend is below the threshold; when it passes it again, a new alert is mailed.
  await budgets.raise({ ...here(`key:${keyId}`), span: "day", limit: "20", until: today() });
  await mailSpendAlerts();
  expect(await mailsOf("spend-alert")).toHaveLength(4);
  await spend(owner, acme.id, { cost: 8 * euro, keyId, memberId: developer.person.id });
  await mailSpendAlerts();
  expect((await mailsOf("spend-alert")).slice(4).map((mail) => mail?.props)).toEqual(
    expect.arrayContaining([expect.objectContaining({ of: `key:${keyId}`, percent: 80, limit: "20.00 EUR" })]),
  );
});

test("a member asks for a higher limit: those who manage limits get one mail, that leads to it", async () => {
  const of = `key:${keyId}`;
  const ask = () =>
    developer.api.budgets.askForRaise({ ...here(of), span: "day", limit: "60", reason: "Until Friday." });
  expect(await reasonOf(ask())).toBe("not_found");
  await acme.admin.api.budgets.set({ ...here(of), span: "day", limit: "20" });
  const treasurer = await memberOf(acme, "billing");
  await ask();
  await ask();
  const mails = await mailsOf("limit-request");
  expect(mails.map((mail) => mail?.to).sort()).toEqual([acme.admin.person.email, treasurer.person.email].sort());
  const [mail] = mails;
  expect(mail?.props).toMatchObject({
    ...{ whose: "The key Nightly", limit: "20.00 EUR a day", wanted: "60.00 EUR a day", reason: "Until Friday." },
    url: expect.stringMatching(/\/limits\/requests$/),
  });
});

test("a member asks for a higher limit per minute, of what has one", async () => {
  const ask = (of: string, measure: "requests" | "tokens") =>
    developer.api.budgets.askForRate({ ...here(of), measure, limit: "120", reason: "" });
  expect(await reasonOf(ask("model:small", "requests"))).toBe("not_found");
  await acme.admin.api.limits.setRate({ workspace: acme.slug, model: "small", requestsPerMinute: "60" });
  expect(await reasonOf(ask("model:small", "tokens"))).toBe("not_found");
  await ask("model:small", "requests");
  const [mail] = await mailsOf("limit-request");
  expect(mail?.props).toMatchObject({
    ...{ whose: "The model small", limit: "60 requests per minute", wanted: "120 requests per minute", spent: null },
    url: expect.stringMatching(/\/limits\/requests$/),
  });
});
