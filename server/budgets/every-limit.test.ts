import { beforeEach, describe, expect, test } from "vitest";
import { mailSpendAlerts } from "@/server/billing/alerts/job";
import { openMail } from "@/server/mail/outbox";
import { describeReachedLimit } from "@/server/usage/reached-limit";
import { owner } from "@/tests/support/database";
import { spend } from "@/tests/support/factories/spending";
import { allIsHeard, asking, done, startMeters, stopMeters, type TestMeter } from "@/tests/support/gateway/meters";
import { memberOf, type Signed, type TestWorkspace, workspace } from "@/tests/support/people";

/** Every promise about limits is tested for each subject and each span. */
const spans = ["day", "week", "month", "total"] as const;
type Span = (typeof spans)[number];

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

const subjects = {
  workspace: () => "workspace",
  member: () => `member:${developer.person.id}`,
  key: () => `key:${keyId}`,
  model: () => "model:small",
  ceiling: () => "ceiling",
};
/** The subjects whose limits members can change; ceilings are changed by operators. */
const changeable = (["workspace", "member", "key", "model"] as const).map((kind) => [kind, subjects[kind]] as const);
const here = (of: string) => ({ workspace: acme.slug, of });
const micro = (limit: string) => Math.round(Number(limit) * euro);

/**
 * Sets a limit in micro-units as the pages do: a key's monthly limit is in its settings, a ceiling is set by operators.
 */
async function setLimit(of: string, span: Span, limit: string): Promise<void> {
  if (of === "ceiling")
    await owner`insert into budgets (workspace_id, whose, span, subject, amount) values (${acme.id}, 'ceiling', ${span}, 'ceiling', ${micro(limit)})`;
  else if (of.startsWith("key:") && span === "month")
    await owner`update api_keys set monthly_limit = ${micro(limit)} where id = ${keyId}`;
  else await acme.admin.api.budgets.set({ ...here(of), span, limit });
}

async function removeLimit(of: string, span: Span): Promise<void> {
  if (of.startsWith("key:") && span === "month")
    await owner`update api_keys set monthly_limit = null where id = ${keyId}`;
  else await acme.admin.api.budgets.remove({ ...here(of), span });
}

describe.each(changeable)("a raised limit of a %s", (_, subject) => {
  test.each(spans)("a %s ends by itself, without a word to the instances", async (span) => {
    const of = subject();
    const [one] = (await startMeters(owner, 1)) as [TestMeter];
    try {
      await setLimit(of, span, "0.0001");
      await allIsHeard(owner);
      // Costs 340 micro-units, and releases the reservation at the end.
      const ask = async () => {
        const by = { keyId, memberId: developer.person.id, model: "small", promptTokens: 300 };
        const request = asking(acme.id, by);
        const answer = await one.reserve(request);
        if (answer.isGranted) one.settle(request.id, done({ usage: { promptTokens: 0, completionTokens: 0 } }));
        return answer;
      };
      expect(await ask()).toMatchObject({ isGranted: false, whose: of, span, limit: 100 });
      await acme.admin.api.budgets.raise({ ...here(of), span, limit: "1", until: today() });
      await allIsHeard(owner);
      expect(await ask()).toMatchObject({ isGranted: true });
      // The process has heard only that the raise applies; it gets no further message when the raise ends.
      await owner`update limit_raises set ends_at = now() + interval '1 second' where workspace_id = ${acme.id}`;
      await allIsHeard(owner);
      expect(await ask()).toMatchObject({ isGranted: true });
      await expect
        .poll(ask, { timeout: 5_000, interval: 50 })
        .toMatchObject({ isGranted: false, whose: of, span, limit: 100 });
      const shown = (await acme.admin.api.budgets.get(here(of))).spans.find((each) => each.span === span);
      expect(shown).toMatchObject({ limit: 100, raise: null });
      await removeLimit(of, span);
      await allIsHeard(owner);
      expect(await ask()).toMatchObject({ isGranted: true });
    } finally {
      await stopMeters();
    }
  });
});

test("what a limit would have meant is said of every subject and over every span", async () => {
  const mine = { keyId, memberId: developer.person.id, model: "small" };
  await spend(owner, acme.id, { cost: 2 * euro, ...mine, at: new Date(Date.now() - 86_400_000) });
  // Usage of another key and model, which counts only for the workspace.
  await spend(owner, acme.id, { cost: 9 * euro, at: new Date(Date.now() - 86_400_000) });
  for (const subject of Object.values(subjects))
    for (const span of spans) {
      const of = subject();
      const isOfAll = of === "workspace" || of === "ceiling";
      const tried = async (limit: string) => {
        const answer = await developer.api.budgets.try({ ...here(of), span, limit });
        return "outcome" in answer ? answer.outcome : answer;
      };
      expect([of, span, await tried("1")]).toMatchObject([of, span, { requests: isOfAll ? 2 : 1 }]);
      expect([of, span, await tried(isOfAll ? "11" : "2")]).toMatchObject([of, span, { refused: 0 }]);
      expect([of, span, await tried("1.99")]).toMatchObject([of, span, { refusals: [{}] }]);
    }
});

test("each limit of every subject and over every span is alerted about, with a link to it", async () => {
  await spend(owner, acme.id, { cost: 8.5 * euro, keyId, memberId: developer.person.id, model: "small" });
  const all = Object.values(subjects).flatMap((subject) => spans.map((span) => [subject(), span] as const));
  for (const [of, span] of all) await setLimit(of, span, "10");
  await mailSpendAlerts();
  const rows = await owner`select payload from mail_outbox where template = 'spend-alert'`;
  const mails = rows
    .map(({ payload }) => openMail(payload))
    .filter((mail) => mail?.to === acme.admin.person.email)
    .map((mail) => mail?.props as { of: string; span: string; percent: number; url: string; resetsOn: string | null });
  const told = ({ of, span, percent }: (typeof mails)[number]) => `${of} ${span} ${percent}`;
  expect(mails.map(told).sort()).toEqual(all.map(([of, span]) => `${of} ${span} 80`).sort());
  for (const { of, span, url, resetsOn } of mails) {
    const page =
      of === "workspace" && span === "month" ? "billing" : `limits/spending?${new URLSearchParams({ of, span })}`;
    expect(url.endsWith(`/w/${acme.slug}/${page}`)).toBe(true);
    expect(resetsOn === null).toBe(span === "total");
  }
});

test("a refusal by each limit says which it is, its value, what is used and when there is room, and links to it with the request", async () => {
  const [one] = (await startMeters(owner, 1)) as [TestMeter];
  const whose = { workspace: "The workspace's", member: "The member's", key: "This key's", model: "The model's" };
  const everyWhose = { ...whose, ceiling: "The operator's" };
  const over = { day: "a day", week: "a week", month: "a month", total: "in total" };
  try {
    const used = asking(acme.id, { keyId, memberId: developer.person.id, model: "small" });
    await one.reserve(used);
    one.settle(used.id);
    await one.meter.settled();
    for (const [kind, subject] of Object.entries(subjects) as [keyof typeof subjects, () => string][])
      for (const span of spans) {
        const of = subject();
        await setLimit(of, span, "0.0001");
        await allIsHeard(owner);
        const ask = () => one.reserve(asking(acme.id, { keyId, memberId: developer.person.id, model: "small" }));
        const refused = await ask();
        if (refused.isGranted) throw new Error(`${of} ${span} refuses nothing`);
        const { status, code, message, shouldRetry } = describeReachedLimit({ ...refused, slug: acme.slug });
        expect([status, code, shouldRetry]).toEqual([402, "spend_limit", false]);
        const room = span === "total" ? "when it is raised" : "on \\d{4}-\\d\\d-\\d\\d \\(UTC\\), or when it is raised";
        expect(message).toMatch(
          new RegExp(
            `^${everyWhose[kind]} spending limit of 0\\.0001 EUR ${over[span]} is reached.*: 0\\.00006 EUR is used\\. There is room again ${room}\\. See `,
          ),
        );
        const link = new URL(message.slice(message.indexOf(" See ") + 5));
        expect(link.pathname).toBe(`/w/${acme.slug}/limits/spending`);
        // The page shows the results of these two procedures, also to the member, and sends the request that is typed
        // there.
        const at = { ...here(link.searchParams.get("of") ?? ""), span: link.searchParams.get("span") as Span };
        const shown = (await developer.api.budgets.get(at.of ? here(at.of) : at)).spans.find(
          (each) => each.span === span,
        );
        expect(shown).toMatchObject({ limit: 100, spent: 60 });
        await developer.api.budgets.askForRaise({ ...at, limit: "5", reason: "" });
        if (of === "ceiling") await owner`delete from budgets where workspace_id = ${acme.id} and whose = 'ceiling'`;
        else await removeLimit(of, span);
        await allIsHeard(owner);
        expect(await ask()).toMatchObject({ isGranted: true });
      }
  } finally {
    await stopMeters();
  }
});
