import { beforeEach, describe, expect, test } from "vitest";
import { openMail } from "@/server/mail/outbox";
import { owner } from "@/tests/support/database";
import { ownModel } from "@/tests/support/factories/models";
import { use } from "@/tests/support/factories/usage";
import { apiFor, memberOf, reasonOf, type Signed, type TestWorkspace, workspace } from "@/tests/support/people";
import { operator } from "@/tests/support/procedures/world";

const euro = 1_000_000;
let acme: TestWorkspace;
let grace: Signed;
let keyId: string;
let at: { workspace: string };

beforeEach(async () => {
  acme = await workspace();
  grace = await memberOf(acme, "developer");
  at = { workspace: acme.slug };
  keyId = (await grace.api.keys.create({ ...at, name: "Nightly" })).id;
});

/** Requests 60 per day for the key, whose limit is 20. */
async function asked(limit = "60"): Promise<{ workspace: string; limitRequestId: string }> {
  const of = `key:${keyId}`;
  await acme.admin.api.budgets.set({ ...at, of, span: "day", limit: "20" });
  await grace.api.budgets.askForRaise({ ...at, of, span: "day", limit, reason: "Until Friday." });
  return { ...at, limitRequestId: (await waiting())[0]?.id ?? "" };
}

const waiting = async () => (await acme.admin.api.budgets.requests(at)).rows;
const limitNow = async (of: string, span: string) =>
  (await acme.admin.api.budgets.get({ ...at, of })).spans.find((each) => each.span === span);
const mailsTo = async ({ person }: Signed, template: string) =>
  (await owner`select payload from mail_outbox where template = ${template} and payload is not null`)
    .map(({ payload }) => openMail(payload))
    .filter((mail) => mail?.to === person.email)
    .map((mail) => mail?.props as Record<string, unknown>);
const actions = async (like: string, workspaceId = acme.id) =>
  (
    await owner`select action from audit_events where workspace_id = ${workspaceId} and action like ${like} order by at`
  ).map(({ action }) => action);

describe("a higher limit on spend", () => {
  test("is approved with one click, beside what the asker used and what the month can cost", async () => {
    const used = { keyId, memberId: grace.person.id, cost: euro, at: new Date(Date.now() - 5 * 86_400_000) };
    await use(owner, acme.id, [used, used]);
    const one = await asked();
    expect(await waiting()).toMatchObject([
      {
        ...{ kind: "spend", whose: "The key Nightly", measure: "day", amount: 60 * euro, now: 20 * euro },
        ...{ email: grace.person.email, reason: "Until Friday.", isForOperators: false },
        use: { requests: 2, cost: 2 * euro },
        forecast: { now: expect.any(Number), after: expect.any(Number) },
      },
    ]);
    const [mail] = await mailsTo(acme.admin, "limit-request");
    expect(mail).toMatchObject({ use: "2 requests, 2.00 EUR", wanted: "60.00 EUR a day" });
    await acme.admin.api.budgets.approveRequest(one);
    expect(await limitNow(`key:${keyId}`, "day")).toMatchObject({ limit: 60 * euro });
    expect(await waiting()).toEqual([]);
    expect(await grace.api.budgets.ownRequests(at)).toMatchObject([{ status: "approved", wanted: "60.00 EUR a day" }]);
    expect(await mailsTo(grace, "limit-answered")).toMatchObject([{ isApproved: true, wanted: "60.00 EUR a day" }]);
    expect(await actions("limit_request.%")).toEqual(["limit_request.approved"]);
  });

  test("is given otherwise: less, or until a day", async () => {
    const one = await asked();
    const until = new Date().toISOString().slice(0, 10);
    await acme.admin.api.budgets.approveRequest({ ...one, limit: "30", until });
    expect(await limitNow(`key:${keyId}`, "day")).toMatchObject({ limit: 20 * euro, raise: { limit: 30 * euro } });
  });

  test.each([
    ["workspace", "month"],
    ["member", "month"],
    ["member", "week"],
    ["key", "month"],
    ["model:small", "total"],
  ] as const)("of %s by %s goes through what sets it otherwise", async (whose, span) => {
    const of = whose === "member" ? `member:${grace.person.id}` : whose === "key" ? `key:${keyId}` : whose;
    if (whose === "key") await grace.api.keys.update({ ...at, keyId, monthlyLimit: "5" });
    else await acme.admin.api.budgets.set({ ...at, of, span, limit: "5" });
    await grace.api.budgets.askForRaise({ ...at, of, span, limit: "8", reason: "" });
    await acme.admin.api.budgets.approveRequest({ ...at, limitRequestId: (await waiting())[0]?.id ?? "" });
    expect(await limitNow(of, span)).toMatchObject({ limit: 8 * euro });
  });

  test("is not asked for where it is no more, and the same again changes nothing", async () => {
    await asked();
    const ask = (limit: string) =>
      grace.api.budgets.askForRaise({ ...at, of: `key:${keyId}`, span: "day", limit, reason: "Until Friday." });
    await ask("60");
    expect(await reasonOf(ask("20"))).toBe("invalid_input");
    await ask("70");
    expect(await waiting()).toMatchObject([{ amount: 70 * euro }]);
    expect(await actions("spend.raise_requested")).toHaveLength(2);
    expect(await mailsTo(acme.admin, "limit-request")).toHaveLength(1);
  });

  test("that was changed since it was shown is not approved by what was shown", async () => {
    const shown = await asked("60");
    const changed = await asked("400");
    expect(changed.limitRequestId).not.toBe(shown.limitRequestId);
    expect(await reasonOf(acme.admin.api.budgets.approveRequest(shown))).toBe("not_found");
    expect(await limitNow(`key:${keyId}`, "day")).toMatchObject({ limit: 20 * euro });
  });

  test("that is there already, or has gone, stays as it is", async () => {
    const one = await asked();
    await acme.admin.api.budgets.set({ ...at, of: `key:${keyId}`, span: "day", limit: "100" });
    await acme.admin.api.budgets.approveRequest(one);
    expect(await limitNow(`key:${keyId}`, "day")).toMatchObject({ limit: 100 * euro });
    const second = await asked("400");
    await acme.admin.api.budgets.remove({ ...at, of: `key:${keyId}`, span: "day" });
    await acme.admin.api.budgets.approveRequest(second);
    expect(await limitNow(`key:${keyId}`, "day")).toMatchObject({ limit: null });
  });

  test("of two answers at once one holds, in 20 rounds", async () => {
    const second = await memberOf(acme, "admin");
    for (let round = 0; round < 20; round++) {
      await owner`delete from rate_buckets where key like 'raise%'`;
      const one = await asked(String(60 + round));
      const outcomes = await Promise.allSettled([
        acme.admin.api.budgets.approveRequest(one),
        second.api.budgets.declineRequest(one),
      ]);
      expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      const isApproved = outcomes[0]?.status === "fulfilled";
      expect(await limitNow(`key:${keyId}`, "day")).toMatchObject({ limit: (isApproved ? 60 + round : 20) * euro });
      expect(await mailsTo(grace, "limit-answered")).toHaveLength(round + 1);
    }
  });

  test("approved twice at once is approved once", async () => {
    const second = await memberOf(acme, "billing");
    const one = await asked();
    await Promise.all([acme.admin, second].map(({ api }) => api.budgets.approveRequest(one)));
    expect(await actions("limit_request.%")).toEqual(["limit_request.approved"]);
    expect(await mailsTo(grace, "limit-answered")).toHaveLength(1);
  });
});

test("a higher limit per minute is given to a model, and to a key by Admins alone", async () => {
  const treasurer = await memberOf(acme, "billing");
  await acme.admin.api.limits.setRate({ ...at, model: "small", requestsPerMinute: "60", tokensPerMinute: "900" });
  await grace.api.keys.update({ ...at, keyId, requestsPerMinute: "10" });
  await grace.api.budgets.askForRate({ ...at, of: "model:small", measure: "requests", limit: "120", reason: "" });
  await grace.api.budgets.askForRate({ ...at, of: `key:${keyId}`, measure: "requests", limit: "30", reason: "" });
  expect((await treasurer.api.budgets.requests(at)).rows.map(({ whose }) => whose)).toEqual(["The model small"]);
  const rows = await waiting();
  const id = (whose: string) => ({ ...at, limitRequestId: rows.find((row) => row.whose === whose)?.id ?? "" });
  await treasurer.api.budgets.approveRequest(id("The model small"));
  const ofKey = id("The key Nightly");
  expect(await reasonOf(treasurer.api.budgets.approveRequest(ofKey))).toBe("not_permitted");
  expect(await reasonOf(treasurer.api.budgets.declineRequest(ofKey))).toBe("not_permitted");
  const stale = apiFor({ ...acme.admin.person, signedInAt: new Date(Date.now() - 13 * 3_600_000) });
  expect(await reasonOf(stale.budgets.approveRequest(ofKey))).toBe("sign_in_again");
  await acme.admin.api.budgets.approveRequest(ofKey);
  expect((await acme.admin.api.limits.get(at)).rates).toMatchObject([
    { model: "small", requestsPerMinute: 120, tokensPerMinute: 900 },
  ]);
  expect(await grace.api.keys.get({ ...at, keyId })).toMatchObject({ requestsPerMinute: 30 });
});

describe("a model", () => {
  test("of another member's is given to the asker, who learns nothing of it before", async () => {
    const maker = await memberOf(acme, "developer");
    const model = await ownModel(owner, acme.id, { createdBy: maker.person.id, visibility: "private" });
    await grace.api.budgets.askForModel({ ...at, model, reason: "To compare." });
    await grace.api.budgets.askForModel({ ...at, model: "ft:no:such:20260101:00000000" });
    const [real, unreal] = await waiting();
    expect([real?.measure, unreal?.measure]).toEqual([model, "ft:no:such:20260101:00000000"]);
    expect(await mailsTo(acme.admin, "limit-request")).toHaveLength(2);
    await acme.admin.api.budgets.approveRequest({ ...at, limitRequestId: real?.id ?? "" });
    const members = await owner`select user_id from model_members where model_id = ${model} order by user_id`;
    expect(members.map(({ user_id }) => user_id)).toEqual([grace.person.id, maker.person.id].sort());
    const none = { ...at, limitRequestId: unreal?.id ?? "" };
    expect(await reasonOf(acme.admin.api.budgets.approveRequest(none))).toBe("no_such_model");
    await acme.admin.api.budgets.declineRequest(none);
    expect(await actions("limit_request.%")).toEqual(["limit_request.approved", "limit_request.declined"]);
  });

  test("is added to a key of one's own that is for some only", async () => {
    await grace.api.keys.update({ ...at, keyId, models: "small" });
    expect(await grace.api.budgets.restrictedKeys(at)).toEqual([{ id: keyId, name: "Nightly" }]);
    const other = (await acme.admin.api.keys.create({ ...at, name: "Theirs" })).id;
    expect(await reasonOf(grace.api.budgets.askForModel({ ...at, model: "large", keyId: other }))).toBe(
      "not_permitted",
    );
    await grace.api.budgets.askForModel({ ...at, model: "large", keyId });
    await acme.admin.api.budgets.approveRequest({ ...at, limitRequestId: (await waiting())[0]?.id ?? "" });
    expect((await grace.api.keys.get({ ...at, keyId })).models).toEqual(["small", "large"]);
  });
});

describe("a higher ceiling", () => {
  const ceiling = (limit: string, by = acme.admin) =>
    by.api.budgets.askForRaise({ ...at, of: "ceiling", span: "month", limit, reason: "We grow." });

  test("OP-11 is asked for by an Admin and granted by an operator with one click; it is in both logs", async () => {
    const { api, person } = await operator();
    await api.instance.setCeilings({ slug: acme.slug, month: "20" });
    await ceiling("50");
    expect(await mailsTo({ person, api }, "limit-request")).toMatchObject([
      { isForOperators: true, url: expect.stringMatching(`/instance/workspaces/${acme.slug}$`) },
    ]);
    const { requests } = await api.instance.workspace({ slug: acme.slug });
    expect(requests).toMatchObject([{ amount: 50 * euro, now: 20 * euro, reason: "We grow." }]);
    const [request] = requests;
    const { rows } = await api.instance.ceilingRequests();
    expect(rows.map(({ id }) => id)).toContain(request?.id);
    // Members who manage limits see that it is pending, but cannot answer it.
    const one = { ...at, limitRequestId: request?.id ?? "" };
    expect(await waiting()).toMatchObject([{ isForOperators: true }]);
    expect(await acme.admin.api.budgets.approveRequest(one)).toEqual({ isForwarded: true });
    await api.instance.grantCeiling({ limitRequestId: request?.id ?? "" });
    expect((await api.instance.workspace({ slug: acme.slug })).ceilings).toEqual({ month: 50 * euro });
    expect(await mailsTo(acme.admin, "limit-answered")).toMatchObject([{ isApproved: true }]);
    expect(await actions("workspace.ceiling_granted")).toHaveLength(1);
    expect((await api.instance.auditList({ action: "workspace.ceiling_granted" })).rows.length).toBeGreaterThan(0);
    expect(await reasonOf(api.instance.grantCeiling({ limitRequestId: request?.id ?? "" }))).toBe("not_found");
  });

  test("that a member asks for goes to those who manage limits first, who put it to the operators", async () => {
    const { api } = await operator();
    await api.instance.setCeilings({ slug: acme.slug, month: "20" });
    await ceiling("50", grace);
    expect((await api.instance.workspace({ slug: acme.slug })).requests).toEqual([]);
    const one = { ...at, limitRequestId: (await waiting())[0]?.id ?? "" };
    expect(await acme.admin.api.budgets.approveRequest(one)).toEqual({ isForwarded: true });
    expect(await grace.api.budgets.ownRequests(at)).toMatchObject([{ status: "pending", audience: "operators" }]);
    await api.instance.declineCeiling({ limitRequestId: one.limitRequestId });
    expect(await mailsTo(grace, "limit-answered")).toMatchObject([{ isApproved: false }]);
    expect((await api.instance.workspace({ slug: acme.slug })).ceilings).toEqual({ month: 20 * euro });
  });

  test("OP-11 granted and declined at once is answered once, in 10 rounds", async () => {
    const [one, two] = [await operator(), await operator()];
    for (let round = 0; round < 10; round++) {
      await owner`delete from rate_buckets where key like 'raise%'`;
      await one.api.instance.setCeilings({ slug: acme.slug, month: "20" });
      await ceiling("50");
      const limitRequestId = (await one.api.instance.workspace({ slug: acme.slug })).requests[0]?.id ?? "";
      const outcomes = await Promise.allSettled([
        one.api.instance.grantCeiling({ limitRequestId }),
        two.api.instance.declineCeiling({ limitRequestId }),
      ]);
      expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      const { ceilings } = await one.api.instance.workspace({ slug: acme.slug });
      expect(ceilings.month).toBe((outcomes[0]?.status === "fulfilled" ? 50 : 20) * euro);
    }
  });
});

test("a request is withdrawn by its member, and with their membership", async () => {
  const one = await asked();
  expect(await reasonOf(acme.admin.api.budgets.withdrawRequest(one))).toBe("not_found");
  await grace.api.budgets.withdrawRequest(one);
  expect(await reasonOf(grace.api.budgets.withdrawRequest(one))).toBe("request_settled");
  expect(await reasonOf(acme.admin.api.budgets.approveRequest(one))).toBe("request_settled");
  const again = await asked();
  await acme.admin.api.members.remove({ ...at, userId: grace.person.id });
  expect(await reasonOf(acme.admin.api.budgets.approveRequest(again))).toBe("request_settled");
  expect(await actions("limit_request.%")).toEqual(["limit_request.withdrawn", "limit_request.withdrawn"]);
});
