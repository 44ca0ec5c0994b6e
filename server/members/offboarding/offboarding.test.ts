import { beforeEach, expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { storedFile, storedJob } from "@/tests/support/factories/fine-tuning";
import { ownModel } from "@/tests/support/factories/models";
import { templatesTo } from "@/tests/support/mails";
import { apiFor, memberOf, reasonOf, type Signed, type TestWorkspace, workspace } from "@/tests/support/people";

let acme: TestWorkspace;
let grace: Signed;
let at: { workspace: string };

beforeEach(async () => {
  acme = await workspace();
  grace = await memberOf(acme, "admin");
  at = { workspace: acme.slug };
});

const newKey = async (name: string, more: object = {}, who = grace) =>
  (await who.api.keys.create({ ...at, name, ...more } as never)).id;

// Each request has its own id.
const remove = (more: object = {}) =>
  apiFor(acme.admin.person).members.remove({ ...at, userId: grace.person.id, ...more });

const keyRow = async (id: string) =>
  (
    await owner`
      select is_service, kept_at is not null as is_kept, revoked_at is not null as is_revoked, disabled_because, scopes, expires_at, monthly_limit
      from api_keys where id = ${id}`
  )[0];

const trail = () =>
  owner`
    select action, target_id, actor_id, request_id, before, after from audit_events
    where workspace_id = ${acme.id} and request_id = (
      select request_id from audit_events where workspace_id = ${acme.id} and action in ('member.removed', 'member.left'))
    order by action, target_id`;

test("the sheet shows what a member leaves behind, and nothing that is others' or has ended", async () => {
  const [used, service] = [await newKey("Used"), await newKey("Ours", { isService: true })];
  const gone = await newKey("Gone");
  await grace.api.keys.revoke({ ...at, keyId: gone });
  await newKey("Others'", {}, acme.admin);
  await owner`update api_keys set last_used_at = now(), disabled_at = now(), disabled_because = 'person' where id = ${used}`;
  await owner`
    insert into spend_counters (workspace_id, period, subject, spent)
    values (${acme.id}, date_trunc('month', now() at time zone 'UTC'), ${`key:${used}`}, 250)`;
  const createdBy = grace.person.id;
  const jobs = [await storedJob(owner, acme.id, { status: "RUNNING", createdBy })];
  await storedJob(owner, acme.id, { status: "SUCCESS", createdBy });
  await storedJob(owner, acme.id, { status: "CANCELLATION_REQUESTED", createdBy });
  await storedJob(owner, acme.id, { status: "RUNNING", createdBy: acme.admin.person.id });
  await ownModel(owner, acme.id, { name: "Open", createdBy });
  await ownModel(owner, acme.id, { name: "Closed", visibility: "private", createdBy });
  await storedFile(owner, acme.id, { uploadedBy: createdBy, visibility: "user", content: "12345" });
  await storedFile(owner, acme.id, { uploadedBy: createdBy });
  await grace.api.invitations.create({ ...at, emails: "ada@example.org", role: "viewer" });

  const left = await acme.admin.api.members.belongings({ ...at, userId: grace.person.id });
  expect(left.keys).toMatchObject({ total: 1, rows: [{ id: used, name: "Used", spent: 250, isDisabled: true }] });
  expect(left.jobs.map(({ id }) => id)).toEqual(jobs);
  expect(left.models.rows.map(({ name, visibility }) => [name, visibility])).toEqual([
    ["Closed", "private"],
    ["Open", "workspace"],
  ]);
  expect(left.files).toEqual({ total: 1, bytes: 5 });
  expect(left.invitations.rows.map(({ email }) => email)).toEqual(["ada@example.org"]);
  expect(await grace.api.members.ownBelongings(at)).toEqual(left);
  expect((await keyRow(service))?.is_kept).toBe(false);
});

test("each key becomes what was chosen for it, and every other one what was chosen for all", async () => {
  for (const forAll of ["keep", "revoke"] as const) {
    grace = await memberOf(acme, "developer");
    const [kept, revoked, rest] = [await newKey("One"), await newKey("Two"), await newKey("Three")];
    const others = await newKey("Others'", {}, acme.admin);
    await remove({ keys: forAll, key: ["", `keep:${kept}`, `revoke:${revoked}`, `revoke:${others}`] });
    expect(await keyRow(kept)).toMatchObject({ is_service: true, is_kept: true, is_revoked: false });
    expect(await keyRow(revoked)).toMatchObject({ is_service: false, is_kept: false, is_revoked: true });
    expect(await keyRow(rest)).toMatchObject({ is_kept: forAll === "keep", is_revoked: forAll === "revoke" });
    expect(await keyRow(others)).toMatchObject({ is_service: false, is_revoked: false });
  }
});

test("a kept key does no more than before, is named in the list after the former member, and is flagged until it is rotated", async () => {
  const id = await newKey("Narrow", { scopes: ["chat"], monthlyLimit: "5", expiration: "30" });
  await grace.api.keys.disable({ ...at, keyId: id });
  const before = await keyRow(id);
  await remove({ keys: "keep" });
  expect(await keyRow(id)).toEqual({ ...before, is_service: true, is_kept: true });
  const row = async () => (await acme.admin.api.keys.list(at)).rows.find((key) => key.id === id);
  expect(await row()).toMatchObject({
    isService: true,
    isKept: true,
    isOwnerGone: false,
    ownerName: grace.person.name,
  });
  const flawed = async () => (await acme.admin.api.keys.list({ ...at, state: "owner-left" })).rows.map((key) => key.id);
  expect(await flawed()).toEqual([]);
  await acme.admin.api.keys.enable({ ...at, keyId: id });
  expect(await flawed()).toEqual([id]);
  const { id: next } = await acme.admin.api.keys.rotate({ ...at, keyId: id });
  expect(await flawed()).toEqual([]);
  expect(await keyRow(next)).toMatchObject({ is_service: true, is_kept: false, scopes: ["chat"] });
});

test("PA-06 a removal is one audit row for each thing that changed and one that lists them, under one request", async () => {
  const [kept, revoked] = [await newKey("One"), await newKey("Two")];
  const createdBy = grace.person.id;
  const [cancelled, goesOn] = [
    await storedJob(owner, acme.id, { status: "RUNNING", createdBy }),
    await storedJob(owner, acme.id, { status: "RUNNING", createdBy }),
  ];
  const file = await storedFile(owner, acme.id, { uploadedBy: createdBy, visibility: "user" });
  const model = await ownModel(owner, acme.id, { visibility: "private", createdBy });
  await grace.api.invitations.create({ ...at, emails: "ada@example.org", role: "viewer" });
  await remove({ keys: "keep", key: `revoke:${revoked}`, cancel: cancelled, files: "delete" });
  const rows = await trail();
  const [offer] = await owner`select id, status from invitations where workspace_id = ${acme.id}`;
  expect(offer?.status).toBe("revoked");
  expect(rows.map(({ action, target_id }) => [action, target_id])).toEqual([
    ["file.deleted", file],
    ["fine_tuning.cancel_requested", cancelled],
    ["invitation.revoked", offer?.id],
    ["key.kept", kept],
    ["key.revoked", revoked],
    ["member.removed", grace.person.id],
  ]);
  expect(new Set(rows.map(({ actor_id }) => actor_id))).toEqual(new Set([acme.admin.person.id]));
  expect(rows.at(-1)).toMatchObject({
    before: { role: "admin" },
    after: {
      ...{ keptKeys: [kept], revokedKeys: [revoked], cancelledJobs: [cancelled], deletedFiles: [file] },
      ...{ revokedInvitations: [offer?.id], privateModels: [model] },
    },
  });
  const [job] = await owner`select status from fine_tuning_jobs where id = ${goesOn}`;
  expect(job?.status).toBe("RUNNING");
});

test("a refused removal changes nothing of what would have been left behind", async () => {
  const alone = await workspace();
  const { api, person } = alone.admin;
  const { id } = await api.keys.create({ workspace: alone.slug, name: "Mine" });
  await api.invitations.create({ workspace: alone.slug, emails: "ada@example.org", role: "viewer" });
  expect(await reasonOf(api.members.leave({ workspace: alone.slug, keys: "revoke" }))).toBe("last_admin");
  expect(await reasonOf(api.members.remove({ workspace: alone.slug, userId: person.id, keys: "revoke" }))).toBe(
    "last_admin",
  );
  expect(await keyRow(id)).toMatchObject({ is_service: false, is_revoked: false });
  expect((await owner`select status from invitations where workspace_id = ${alone.id}`)[0]?.status).toBe("pending");
});

test("a private model cannot be used until an Admin gives it to another member", async () => {
  const id = await ownModel(owner, acme.id, { visibility: "private", createdBy: grace.person.id });
  const ada = await memberOf(acme, "developer");
  await remove();
  expect(await reasonOf(ada.api.models.get({ ...at, modelId: id }))).toBe("not_found");
  await acme.admin.api.models.reassign({ ...at, modelId: id, userId: ada.person.id });
  expect((await ada.api.models.get({ ...at, modelId: id })).id).toBe(id);
});

test("an Admin who leaves decides the same about their own; deleting the account ends the keys", async () => {
  const [kept, revoked] = [await newKey("One"), await newKey("Two")];
  await apiFor(grace.person).members.leave({ ...at, keys: "keep", key: [`revoke:${revoked}`] });
  expect(await keyRow(kept)).toMatchObject({ is_kept: true, is_revoked: false });
  expect(await keyRow(revoked)).toMatchObject({ is_kept: false, is_revoked: true });
  expect((await trail()).map(({ action }) => action)).toEqual(["key.kept", "key.revoked", "member.left"]);
  const ada = await memberOf(acme, "developer");
  const hers = await newKey("Hers", {}, ada);
  await ada.api.account.remove({ confirmation: ada.person.email });
  expect(await keyRow(hers)).toMatchObject({ is_kept: false, is_revoked: true });
});

test("IS-08 leaving takes one's keys along, whichever way one leaves, and the Admins are mailed", async () => {
  const admin = acme.admin.person.email;
  const mails = async () => (await templatesTo(admin)).filter((template) => template === "keys-left").length;
  const ways: Record<string, (who: Signed) => Promise<unknown>> = {
    leaving: (who) => who.api.members.leave(at),
    "deleting the account": (who) => who.api.account.remove({ confirmation: who.person.email }),
  };
  for (const [way, leave] of Object.entries(ways)) {
    const who = await memberOf(acme, "developer");
    const id = await newKey("Laptop", {}, who);
    const before = await mails();
    await leave(who);
    expect([way, await keyRow(id)]).toMatchObject([way, { is_service: false, is_revoked: true }]);
    expect([way, await mails()]).toEqual([way, before + 1]);
  }
  const second = await memberOf(acme, "admin");
  const removed = await memberOf(acme, "developer");
  const id = await newKey("Laptop", {}, removed);
  await second.api.members.remove({ ...at, userId: removed.person.id });
  expect(await keyRow(id)).toMatchObject({ is_service: false, is_revoked: true });
  expect(await templatesTo(second.person.email)).not.toContain("keys-left");
});

test("IS-08 a member who leaves without being an Admin keeps no key working, unless the workspace's Admins want it so", async () => {
  const who = await memberOf(acme, "developer");
  const id = await newKey("Laptop", {}, who);
  const kept = { ...at, keys: "keep" as const };
  expect(await reasonOf(who.api.members.leave(kept))).toBe("keys_not_kept");
  expect(await reasonOf(who.api.members.leave({ ...at, key: [`keep:${id}`] }))).toBe("keys_not_kept");
  expect(await who.api.members.ownBelongings(at)).toMatchObject({ mayKeepKeys: false, keyAction: "revoke" });
  await acme.admin.api.members.setExpiredMemberKeyAction({ ...at, keys: "keep" });
  await who.api.members.leave(at);
  expect(await keyRow(id)).toMatchObject({ is_service: true, is_revoked: false });
  await acme.admin.api.members.setExpiredMemberKeyAction({ ...at, keys: "revoke" });
});

test("a key that is being made, rotated or restored while its maker is removed is decided about as well, or is not made", async () => {
  for (let round = 0; round < 15; round++) {
    grace = await memberOf(acme, "developer");
    const [rotated, restored] = [await newKey("One"), await newKey("Two")];
    await grace.api.keys.revoke({ ...at, keyId: restored });
    await Promise.allSettled([
      grace.api.keys.create({ ...at, name: "Late" }),
      acme.admin.api.keys.rotate({ ...at, keyId: rotated }),
      grace.api.keys.restore({ ...at, keyId: restored }),
      remove({ keys: round % 2 ? "revoke" : "keep" }),
    ]);
    const left = await owner`
      select id from api_keys where workspace_id = ${acme.id} and created_by = ${grace.person.id}
        and not is_service and revoked_at is null`;
    expect(left).toEqual([]);
  }
});

test("two Admins who remove the same member with other decisions make one of the two, whole", async () => {
  for (let round = 0; round < 10; round++) {
    grace = await memberOf(acme, "developer");
    const second = await memberOf(acme, "admin");
    const ids = [await newKey("One"), await newKey("Two")];
    const ask = (who: Signed, keys: "keep" | "revoke") =>
      who.api.members.remove({ ...at, userId: grace.person.id, keys });
    const outcomes = await Promise.allSettled([ask(acme.admin, "keep"), ask(second, "revoke")]);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const isKept = outcomes[0]?.status === "fulfilled";
    for (const id of ids) expect(await keyRow(id)).toMatchObject({ is_kept: isKept, is_revoked: !isKept });
  }
});

test("RP-01 only those who manage members see what another one leaves behind, and all members see their own", async () => {
  const [ada, viewer] = [await memberOf(acme, "developer"), await memberOf(acme, "viewer")];
  for (const who of [ada, viewer]) {
    expect(await reasonOf(who.api.members.belongings({ ...at, userId: grace.person.id }))).toBe("not_permitted");
    expect((await who.api.members.ownBelongings(at)).keys).toEqual({ rows: [], total: 0 });
  }
});

test("BI-14 a decision that is none is refused at its field", async () => {
  for (const more of [{ key: "sell:0123456789ab" }, { key: ["keep:short"] }, { keys: "sell" }, { cancel: "all" }])
    expect(await reasonOf(remove(more))).toBe("invalid_input");
  expect((await acme.admin.api.members.list(at)).total).toBe(2);
});
