import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { refusalOf } from "@/server/api/trpc";
import { owner } from "@/tests/support/database";
import { allIsHeard, asking, startMeters, stopMeters } from "@/tests/support/gateway/meters";
import { queuedMails } from "@/tests/support/mails";
import {
  fieldsOf,
  memberOf,
  newPerson,
  reasonOf,
  type Signed,
  type TestWorkspace,
  workspace,
} from "@/tests/support/people";
import { operator } from "@/tests/support/procedures/world";

let ada: Signed;
let acme: TestWorkspace;

beforeAll(async () => {
  ada = await operator();
});
beforeEach(async () => {
  acme = await workspace();
});
afterEach(stopMeters);

const set = (
  values: Partial<Record<"requestsPerMinute" | "tokensPerMinute" | "keys" | "members" | "fileMegabytes", string>>,
) => ada.api.instance.setUseCeilings({ slug: acme.slug, ...values });
const newKey = () => acme.admin.api.keys.create({ workspace: acme.slug, name: "A key" });
const at = () => ({ workspace: acme.slug });

test("OP-10 requests per minute hold on all instances together, whatever limit an Admin sets", async () => {
  const [one, two] = await startMeters(owner, 2);
  if (!one || !two) throw new Error("no meters");
  await acme.admin.api.limits.setRate({ ...at(), model: "", requestsPerMinute: "1000", tokensPerMinute: "" });
  await set({ requestsPerMinute: "4" });
  const outcomes = [];
  for (const meter of [one, two, one, two, one, two]) outcomes.push(await meter.reserve(asking(acme.id)));
  expect(outcomes.map(({ isGranted }) => isGranted)).toEqual([true, true, true, true, false, false]);
  expect(outcomes.at(-1)).toMatchObject({ reason: "requests", scope: "ceiling", whose: "ceiling", limit: 4 });
  const shown = await acme.admin.api.limits.get(at());
  expect(shown.ceiling).toMatchObject({ requestsPerMinute: 4, tokensPerMinute: null });
  // A higher ceiling applies as soon as the processes hear of it.
  await set({ requestsPerMinute: "100" });
  await allIsHeard(owner);
  expect(await two.reserve(asking(acme.id))).toMatchObject({ isGranted: true });
  await set({});
  expect((await acme.admin.api.limits.get(at())).ceiling).toBeNull();
});

test("OP-10 of keys made at once no more are than there may be; rotating needs no room, restoring does", async () => {
  await set({ keys: "3" });
  const outcomes = await Promise.allSettled(Array.from({ length: 6 }, newKey));
  const made = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? outcome.value.id : []));
  expect(made).toHaveLength(3);
  expect(await reasonOf(newKey())).toBe("keys_full");
  const [first = "", second = ""] = made;
  await acme.admin.api.keys.rotate({ ...at(), keyId: first, overlap: "24" });
  expect(await reasonOf(newKey())).toBe("keys_full");
  await acme.admin.api.keys.revoke({ ...at(), keyId: second });
  await newKey();
  expect(await reasonOf(acme.admin.api.keys.restore({ ...at(), keyId: second }))).toBe("keys_full");
  // An expired key does not count, and can be extended only when there is room.
  const third = made[2] ?? "";
  await owner`update api_keys set created_at = now() - interval '1 day', expires_at = now() - interval '1 hour' where id = ${third}`;
  await newKey();
  expect(await reasonOf(acme.admin.api.keys.update({ ...at(), keyId: third, expiration: "30" }))).toBe("keys_full");
  const fixed = await acme.admin.api.keys.fixMany({ ...at(), keyIds: third, fix: "expire", days: "30" });
  expect([fixed.done, fixed.skipped.length]).toEqual([[], 1]);
  await set({ keys: "0" });
  expect(await reasonOf(newKey())).toBe("keys_full");
  await set({});
  await acme.admin.api.keys.restore({ ...at(), keyId: second });
});

test("OP-10 no person becomes a member beyond the ceiling, and no Admin adds a seat beyond it", async () => {
  await memberOf(acme, "viewer");
  await set({ members: "2" });
  const { admin } = acme;
  expect(await fieldsOf(admin.api.workspaces.setSeats({ ...at(), seats: "5" }))).toEqual({
    seats: "The people who run this Atelier let this workspace have at most 2 members. Ask them for more.",
  });
  const invited = await newPerson();
  const { beyondSeats, isAtCeiling } = await admin.api.invitations.create({
    ...{ ...at(), emails: invited.person.email, role: "viewer" },
  });
  expect([beyondSeats, isAtCeiling]).toEqual([1, true]);
  await owner`update workspaces set is_join_page_open = true where id = ${acme.id}`;
  const asker = await newPerson();
  await asker.api.joining.askAtPage({ slug: acme.slug });
  const { rows, isFull } = await admin.api.joinRequests.list(at());
  expect([rows.length, isFull]).toEqual([1, true]);
  const approval = { ...at(), requestId: rows[0]?.id ?? "", role: "viewer" as const };
  expect(await reasonOf(admin.api.joinRequests.approve({ ...approval, addSeat: "on" }))).toBe("seats_full");
  // A ceiling below the number of members ends no membership.
  await set({ members: "1" });
  expect((await admin.api.workspaces.get(at())).memberCount).toBe(2);
  await set({ members: "3" });
  await admin.api.joinRequests.approve(approval);
});

test("OP-10 ceilings on use are shown to operators with what there is, and each change is in both logs once", async () => {
  await newKey();
  const wanted = { requestsPerMinute: "6,000", tokensPerMinute: "", keys: "10", members: "20", fileMegabytes: "512" };
  await set(wanted);
  await set(wanted);
  const { most, atStake } = await ada.api.instance.workspace({ slug: acme.slug });
  expect(most).toEqual({
    ...{ requestsPerMinute: 6_000, tokensPerMinute: null, keys: 10, members: 20, fileMegabytes: 512 },
    fileBytes: 0,
  });
  expect(atStake.keys).toBe(1);
  const inside = await acme.admin.api.audit.list({ ...at(), search: "", action: "workspace.use_ceilings_changed" });
  expect(inside.rows).toMatchObject([{ before: { keys: null }, after: { keys: 10, fileMegabytes: 512 } }]);
  const own = await ada.api.instance.auditList({ search: "", action: "workspace.use_ceilings_changed" });
  expect(own.rows.filter(({ target }) => target.id === acme.id)).toHaveLength(1);
  for (const wrong of [{ keys: "-1" }, { members: "0" }, { requestsPerMinute: "1.5" }, { fileMegabytes: "much" }])
    expect(await reasonOf(set(wrong))).toBe("invalid_input");
  expect(await reasonOf(acme.admin.api.instance.setUseCeilings({ slug: acme.slug }))).toBe("not_found");
});

test("OP-11 a higher ceiling per minute is asked for where it is met, and granted by an operator with one click", async () => {
  await set({ requestsPerMinute: "60", keys: "7" });
  const [developer, { api }] = [await memberOf(acme, "developer"), acme.admin];
  const wanted = { ...at(), of: "ceiling", measure: "requests", reason: "A launch." } as const;
  expect(await reasonOf(api.budgets.askForRate({ ...wanted, limit: "60" }))).toBe("invalid_input");
  expect(await reasonOf(api.budgets.askForRate({ ...wanted, measure: "tokens", limit: "90" }))).toBe("not_found");
  // A member's request goes first to those who manage limits, who forward it to the operators.
  await developer.api.budgets.askForRate({ ...wanted, limit: "120" });
  const asked = () => ada.api.instance.workspace({ slug: acme.slug }).then(({ requests }) => requests);
  expect(await asked()).toEqual([]);
  const [own] = (await api.budgets.requests(at())).rows;
  expect(own).toMatchObject({ kind: "rate", isOfCeiling: true, now: 60, amount: 120 });
  expect(await api.budgets.approveRequest({ ...at(), limitRequestId: own?.id ?? "" })).toEqual({ isForwarded: true });
  await api.budgets.askForRate({ ...wanted, limit: "600" });
  const rows = await asked();
  expect(rows).toMatchObject([
    { kind: "rate", measure: "requests", amount: 120, now: 60 },
    { kind: "rate", measure: "requests", amount: 600, now: 60 },
  ]);
  await ada.api.instance.grantCeiling({ limitRequestId: rows[1]?.id ?? "", most: "500" });
  await ada.api.instance.grantCeiling({ limitRequestId: rows[0]?.id ?? "" });
  // A ceiling that is as high already is not changed, and neither are the others.
  const { most } = await ada.api.instance.workspace({ slug: acme.slug });
  expect(most).toMatchObject({ requestsPerMinute: 500, keys: 7, tokensPerMinute: null });
  const granted = await api.audit.list({ ...at(), search: "", action: "workspace.ceiling_granted" });
  expect(granted.rows[1]).toMatchObject({ before: { measure: "requests", amount: 60 }, after: { amount: 500 } });
  expect((await developer.api.budgets.ownRequests(at()))[0]).toMatchObject({
    ...{ status: "approved", wanted: "120 requests per minute" },
  });
});

test("OP-11 more keys, members and files are asked for where they are met, and granted by an operator with one click", async () => {
  await set({ keys: "1", members: "2", fileMegabytes: "3", requestsPerMinute: "60" });
  const [developer, { api }] = [await memberOf(acme, "developer"), acme.admin];
  await newKey();
  await owner`
    insert into files (workspace_id, filename, bytes, sha256, purpose)
    values (${acme.id}, 'a.jsonl', ${2 * 1_048_576 + 1}, ${Buffer.alloc(32)}, 'batch')`;
  expect(await developer.api.budgets.ceilings(at())).toEqual([
    { measure: "keys", most: 1, used: 1 },
    { measure: "members", most: 2, used: 2 },
    { measure: "files", most: 3, used: 3 },
  ]);
  const wanted = { ...at(), measure: "keys", reason: "One for each service." } as const;
  expect(await fieldsOf(api.budgets.askForCount({ ...wanted, limit: "1" }))).toHaveProperty("limit");
  expect(await fieldsOf(api.budgets.askForCount({ ...wanted, limit: "999999999" }))).toHaveProperty("limit");
  // A member's request goes first to those who manage limits, who forward it to the operators.
  await developer.api.budgets.askForCount({ ...wanted, limit: "12" });
  const asked = () => ada.api.instance.workspace({ slug: acme.slug }).then(({ requests }) => requests);
  expect(await asked()).toEqual([]);
  const [own] = (await api.budgets.requests(at())).rows;
  expect(own).toMatchObject({ kind: "count", measure: "keys", isOfCeiling: true, now: 1, spent: 1, amount: 12 });
  expect(await api.budgets.approveRequest({ ...at(), limitRequestId: own?.id ?? "" })).toEqual({ isForwarded: true });
  await api.budgets.askForCount({ ...wanted, measure: "members", limit: "20" });
  await api.budgets.askForCount({ ...wanted, measure: "files", limit: "512" });
  const rows = await asked();
  expect(rows).toMatchObject([
    { kind: "count", measure: "keys", amount: 12, now: 1, forecast: null },
    { kind: "count", measure: "members", amount: 20, now: 2, forecast: null },
    { kind: "count", measure: "files", amount: 512, now: 3, forecast: null },
  ]);
  const ids = rows.map(({ id }) => id);
  const inInbox = (await ada.api.account.inbox()).operator.requests.filter(({ id }) => ids.includes(id));
  expect(inInbox.map(({ wanted: words, slug }) => [words, slug])).toEqual([
    ["12 keys", acme.slug],
    ["20 members", acme.slug],
    ["512 MB of files", acme.slug],
  ]);
  const mails = await queuedMails("limit-request");
  const told = mails.filter(({ to, props }) => to === ada.person.email && props.workspaceName === acme.name);
  expect(told.map(({ props }) => props)).toMatchObject([
    { wanted: "12 keys", limit: "1 key", spent: "1", isForOperators: true },
    { wanted: "20 members", limit: "2 members", spent: "2" },
    { wanted: "512 MB of files", limit: "3 MB of files", spent: "3" },
  ]);
  const [keys, members, files] = ids.map((limitRequestId) => ({ limitRequestId }));
  if (!keys || !members || !files) throw new Error("no requests");
  expect(await fieldsOf(ada.api.instance.grantCeiling({ ...members, most: "100,001" }))).toHaveProperty("most");
  await ada.api.instance.grantCeiling(keys);
  await ada.api.instance.grantCeiling({ ...members, most: "9" });
  await ada.api.instance.declineCeiling(files);
  expect(await reasonOf(ada.api.instance.grantCeiling(files))).toBe("not_found");
  const { most } = await ada.api.instance.workspace({ slug: acme.slug });
  expect(most).toMatchObject({ keys: 12, members: 9, fileMegabytes: 3, requestsPerMinute: 60 });
  await newKey();
  await memberOf(acme, "viewer");
  const asking = await api.audit.list({ ...at(), search: "", action: "workspace.ceiling_requested" });
  expect(asking.rows[0]).toMatchObject({ before: { measure: "files", amount: 3 }, after: { amount: 512 } });
  const granted = await api.audit.list({ ...at(), search: "", action: "workspace.ceiling_granted" });
  expect(granted.rows).toMatchObject([
    { before: { measure: "members", amount: 2 }, after: { measure: "members", amount: 9 } },
    { before: { measure: "keys", amount: 1 }, after: { measure: "keys", amount: 12 } },
  ]);
  expect((await developer.api.budgets.ownRequests(at()))[0]).toMatchObject({ status: "approved", wanted: "12 keys" });
  await set({});
  expect(await reasonOf(api.budgets.askForCount({ ...wanted, limit: "60" }))).toBe("not_found");
});

test("OP-11 what a ceiling refuses leads to where more of it is asked for", async () => {
  await set({ keys: "0", members: "1" });
  const refusalAt = async (attempt: Promise<unknown>) =>
    attempt.then(
      () => undefined,
      (error) => refusalOf(error).ceiling,
    );
  expect(await refusalAt(newKey())).toBe("keys");
  await owner`update workspaces set is_join_page_open = true where id = ${acme.id}`;
  await (await newPerson()).api.joining.askAtPage({ slug: acme.slug });
  const { rows } = await acme.admin.api.joinRequests.list(at());
  const approval = { ...at(), requestId: rows[0]?.id ?? "", role: "viewer" as const };
  expect(await refusalAt(acme.admin.api.joinRequests.approve(approval))).toBe("members");
  // Seats belong to the workspace: an Admin adds one.
  await set({});
  await acme.admin.api.workspaces.setSeats({ ...at(), seats: "1" });
  expect(await refusalAt(acme.admin.api.joinRequests.approve(approval))).toBeUndefined();
});
