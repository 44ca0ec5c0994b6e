import { createHash } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { endDue } from "@/server/members/offboarding/ending/job";
import { owner } from "@/tests/support/database";
import { insertKey } from "@/tests/support/factories/keys";
import { queuedMails } from "@/tests/support/mails";
import { memberOf, newPerson, reasonOf, type Signed, type TestWorkspace, workspace } from "@/tests/support/people";
import { reviewDue } from "./job";

let acme: TestWorkspace;
let ada: Signed;
let at: { workspace: string };

beforeEach(async () => {
  // The job goes through all workspaces.
  await owner`update access_reviews set phase = 'closed', closed_at = now(), next_at = null where closed_at is null`;
  await owner`delete from access_review_plans`;
  await owner`delete from mail_outbox`;
  acme = await workspace();
  ada = acme.admin;
  at = { workspace: acme.slug };
});

/** Runs the job until it has nothing to do. */
async function settle(): Promise<void> {
  while (await reviewDue());
}

const longAgo = ({ person }: Signed) => owner`
  update memberships set joined_at = now() - interval '200 days', last_active_at = now() - interval '100 days'
  where workspace_id = ${acme.id} and user_id = ${person.id}`;

async function stale(role: "admin" | "developer" = "developer"): Promise<Signed> {
  const member = await memberOf(acme, role);
  await longAgo(member);
  return member;
}

/** Makes a key without a reason to be in a review. */
async function soundKey(of: Signed): Promise<string> {
  const id = await insertKey(owner, acme.id, of.person.id);
  await owner`
    update api_keys set expires_at = now() + interval '90 days', monthly_limit = 1, last_used_at = now() where id = ${id}`;
  return id;
}

/** Starts a review and gathers its items. Returns its id. */
async function started(): Promise<string> {
  const { id } = await ada.api.reviews.start(at);
  await settle();
  return id;
}

const endNow = (id: string) =>
  owner`update access_reviews set due_at = now(), next_at = now() where id = ${id} and phase in ('open', 'warned')`;

/** Lets a review run to its end, with its warnings. */
async function lapsed(id: string): Promise<void> {
  await endNow(id);
  await settle();
  await endNow(id);
  await settle();
}

async function itemsOf(reviewId: string, kind: "member" | "key") {
  return (await ada.api.reviews.items({ ...at, reviewId, kind })).rows;
}

const decisions = async (reviewId: string) =>
  Object.fromEntries(
    [...(await itemsOf(reviewId, "member")), ...(await itemsOf(reviewId, "key"))].map((row) => [
      row.subject,
      row.decision,
    ]),
  );

const rowsOf = (target: string) => owner`
  select action, actor_id from audit_events where workspace_id = ${acme.id} and target_id = ${target} order by at`;

const isMember = async ({ person }: Signed) =>
  (await ada.api.members.list(at)).rows.some(({ userId }) => userId === person.id);

describe("a review begins", () => {
  test("at the next quarter where it is switched on, once for all instances", async () => {
    await ada.api.reviews.setPlan({ ...at, quarterly: "on" });
    const { nextAt } = await ada.api.reviews.plan(at);
    expect(nextAt?.toISOString()).toMatch(/-(01|04|07|10)-01T00:00:00.000Z$/);
    expect(nextAt?.getTime()).toBeGreaterThan(Date.now());
    await settle();
    expect((await ada.api.reviews.list(at)).rows).toEqual([]);
    await owner`update access_review_plans set next_at = now() - interval '1 minute' where workspace_id = ${acme.id}`;
    await stale();
    await Promise.all([reviewDue(), reviewDue(), reviewDue()]);
    await settle();
    expect((await ada.api.reviews.list(at)).rows).toMatchObject([{ phase: "open", startedBy: null, members: 1 }]);
    expect((await ada.api.reviews.plan(at)).nextAt).toEqual(nextAt);
    await ada.api.reviews.setPlan({ ...at, quarterly: "off" });
    expect((await ada.api.reviews.plan(at)).nextAt).toBeNull();
    expect((await rowsOf(acme.id)).map(({ action }) => action)).toEqual([
      ...["workspace.created", "review.plan_changed", "review.plan_changed"],
    ]);
  });

  test("when an Admin starts it, one at a time, and closes at once where there is nothing to review", async () => {
    const id = await started();
    expect(await ada.api.reviews.get({ ...at, reviewId: id })).toMatchObject({
      ...{ phase: "closed", members: 0, keys: 0 },
      seal: { isIntact: true },
    });
    await stale();
    await started();
    expect(await reasonOf(ada.api.reviews.start(at))).toBe("review_open");
  });

  test("with who was not there for 90 days, and idle, endless and unlimited keys, each with its reasons", async () => {
    const [gone, caller, fresh] = [await stale(), await stale(), await memberOf(acme, "developer")];
    await owner`update api_keys set last_used_at = now() where id = ${await soundKey(caller)}`;
    const [sound, endless, idle, off] = [
      await soundKey(fresh),
      await soundKey(fresh),
      await soundKey(fresh),
      await soundKey(fresh),
    ];
    await owner`update api_keys set expires_at = null, monthly_limit = null where id = ${endless}`;
    await owner`update api_keys set last_used_at = now() - interval '61 days' where id = ${idle}`;
    await owner`update api_keys set expires_at = null, disabled_at = now(), disabled_because = 'person' where id = ${off}`;
    const id = await started();
    expect((await itemsOf(id, "member")).map(({ subject, reasons, role }) => [subject, reasons, role])).toEqual([
      [gone.person.id, ["stale"], "developer"],
    ]);
    expect((await itemsOf(id, "key")).map(({ subject, reasons }) => [subject, reasons])).toEqual([
      [idle, ["idle"]],
      [endless, ["no-expiry", "no-limit"]],
    ]);
    expect(await decisions(id)).not.toHaveProperty(sound);
    expect(await queuedMails("access-review")).toMatchObject([
      { to: ada.person.email, props: { stage: "started", members: 1, keys: 2, undecided: 3 } },
    ]);
    expect((await ada.api.account.inbox()).groups).toMatchObject([{ items: [{ kind: "review", id, undecided: 3 }] }]);
  });

  test("with at most 5,000 keys, and says that there are more", async () => {
    await owner`
      insert into api_keys (workspace_id, id, name, secret_mac, pepper_version, last_four, created_by)
      select ${acme.id}, substr(md5(n::text || ${acme.id}::text), 1, 12), 'k', 'x', 1, 'abcd', ${ada.person.id} from generate_series(1, 5100) n`;
    const id = await started();
    const review = await ada.api.reviews.get({ ...at, reviewId: id });
    expect(review).toMatchObject({ keys: 5_000, undecided: 5_000, isCut: true, phase: "open" });
    const first = await ada.api.reviews.items({ ...at, reviewId: id, kind: "key" });
    expect(first.rows).toHaveLength(50);
    const second = await ada.api.reviews.items({ ...at, reviewId: id, kind: "key", after: first.next ?? "" });
    const seen = new Set([...first.rows, ...second.rows].map(({ subject }) => subject));
    expect(seen.size).toBe(100);
  });
});

describe("people decide", () => {
  test("in bulk, by the verbs that are there, and with the last one the result is sealed", async () => {
    const [kept, left, dev] = [await stale(), await stale(), await memberOf(acme, "developer")];
    const [good, off, bad] = [
      await insertKey(owner, acme.id, dev.person.id),
      await insertKey(owner, acme.id, dev.person.id),
      await insertKey(owner, acme.id, dev.person.id),
    ];
    const reviewId = await started();
    const here = { ...at, reviewId };
    await ada.api.reviews.decideMembers({ ...here, userIds: [kept.person.id], change: "confirm" });
    await ada.api.reviews.decideMembers({ ...here, userIds: left.person.id, change: "remove", keys: "revoke" });
    await ada.api.reviews.decideKeys({ ...here, keyIds: [good], change: "confirm" });
    await ada.api.reviews.decideKeys({ ...here, keyIds: [off], change: "disable" });
    expect((await ada.api.reviews.get(here)).seal).toBeNull();
    expect(await reasonOf(ada.api.reviews.result(here))).toBe("not_found");
    await ada.api.reviews.decideKeys({ ...here, keyIds: [bad], change: "revoke" });
    expect(await decisions(reviewId)).toEqual({
      ...{ [kept.person.id]: "confirmed", [left.person.id]: "removed" },
      ...{ [good]: "confirmed", [off]: "disabled", [bad]: "revoked" },
    });
    expect([await isMember(kept), await isMember(left)]).toEqual([true, false]);
    const actions = async (target: string) => (await rowsOf(target)).map(({ action }) => action);
    expect(await actions(left.person.id)).toEqual(["member.removed"]);
    expect(await actions(kept.person.id)).toEqual(["member.confirmed"]);
    expect(await actions(good)).toEqual(["key.confirmed"]);
    expect(await actions(off)).toEqual(["key.disabled"]);
    expect(await actions(bad)).toEqual(["key.revoked"]);

    const { text } = await ada.api.reviews.result(here);
    const digest = createHash("sha256").update(text).digest("hex");
    expect((await ada.api.reviews.get(here)).seal).toMatchObject({ digest, isIntact: true });
    const [row] =
      await owner`select after from audit_events where target_id = ${reviewId} and action = 'review.closed'`;
    expect(row?.after).toEqual({ digest, members: 2, keys: 3, confirmed: 2, ended: 3, disabled: 0 });
    expect(JSON.parse(text).items).toHaveLength(5);
    expect(text).not.toContain(kept.person.email);
    expect(await reasonOf(ada.api.reviews.decideKeys({ ...here, keyIds: [good], change: "revoke" }))).toBe(
      "review_closed",
    );
    await owner`
      update access_review_items set decision = 'confirmed' where review_id = ${reviewId} and subject = ${bad}`;
    expect((await ada.api.reviews.get(here)).seal).toMatchObject({ isIntact: false });
  });

  test("two Admins at once: each thing is decided once, and the other one hears so", async () => {
    const bob = await memberOf(acme, "admin");
    const [one, other] = [await stale(), await stale()];
    await stale();
    const reviewId = await started();
    const userIds = [one.person.id, other.person.id];
    const outcomes = await Promise.all([
      ada.api.reviews.decideMembers({ ...at, reviewId, userIds, change: "remove" }),
      bob.api.reviews.decideMembers({ ...at, reviewId, userIds: userIds.toReversed(), change: "confirm" }),
    ]);
    expect(outcomes.map(({ done, skipped }) => [done.length, skipped.length]).sort()).toEqual([
      [0, 2],
      [2, 0],
    ]);
    expect(outcomes.flatMap(({ skipped }) => skipped)[0]?.message).toContain("decided in the meantime");
    for (const { person } of [one, other]) expect(await rowsOf(person.id)).toHaveLength(1);
    const [row] = await owner`select undecided from access_reviews where id = ${reviewId}`;
    expect(row?.undecided).toBe(1);
  });

  test("an Admin cannot remove themselves here, nor what is in no review, and others' reviews are not found", async () => {
    const bystander = await memberOf(acme, "developer");
    await stale();
    await longAgo(ada);
    await memberOf(acme, "admin");
    const reviewId = await started();
    const remove = (userId: string) =>
      ada.api.reviews.decideMembers({ ...at, reviewId, userIds: [userId], change: "remove" });
    expect((await remove(ada.person.id)).done).toEqual([]);
    expect((await remove(bystander.person.id)).done).toEqual([]);
    const globex = await workspace();
    expect(await reasonOf(globex.admin.api.reviews.get({ workspace: globex.slug, reviewId }))).toBe("not_found");
  });
});

describe("what no Admin confirmed", () => {
  test("is disabled at the end after a warning, once for all instances, and restored with one click", async () => {
    const [gone, back, dev] = [await stale(), await stale(), await memberOf(acme, "developer")];
    const ends = new Date("2040-01-01T00:00:00Z");
    await owner`update memberships set ends_at = ${ends} where user_id = ${gone.person.id}`;
    const key = await insertKey(owner, acme.id, dev.person.id, { name: "Nightly" });
    const theirs = await soundKey(gone);
    await owner`update api_keys set last_used_at = now() - interval '95 days' where id = ${theirs}`;
    const reviewId = await started();
    await endNow(reviewId);
    await settle();
    expect(
      (await queuedMails("access-review-warning")).map(({ to, props }) => [to, props.isMember, props.keys]),
    ).toEqual(
      expect.arrayContaining([
        [gone.person.email, true, 1],
        [back.person.email, true, 0],
        [dev.person.email, false, 1],
      ]),
    );
    expect(await queuedMails("access-review-warning")).toHaveLength(3);
    // Even after a late warning, three days are left.
    const [warned] =
      await owner`select due_at > now() + interval '2 days 23 hours' as is_later from access_reviews where id = ${reviewId}`;
    expect(warned?.is_later).toBe(true);
    expect(await isMember(gone)).toBe(true);
    await back.api.workspaces.touch(at);
    await endNow(reviewId);
    await Promise.all([reviewDue(), reviewDue(), reviewDue()]);
    await settle();
    expect(await decisions(reviewId)).toEqual({
      ...{ [gone.person.id]: "lapsed", [back.person.id]: "active" },
      ...{ [key]: "lapsed", [theirs]: "lapsed" },
    });
    expect([await isMember(gone), await isMember(back)]).toEqual([false, true]);
    expect(await reasonOf(gone.api.workspaces.get(at))).toBe("not_found");
    for (const target of [gone.person.id, key]) expect(await rowsOf(target)).toHaveLength(1);
    expect(await queuedMails("access-review")).toMatchObject([
      ...[{ props: { stage: "started" } }, { props: { stage: "ending" } }],
      { props: { stage: "closed", disabled: 3 } },
    ]);
    // The job that settles ended memberships leaves it alone.
    await endDue();
    const { digest } = (await ada.api.reviews.get({ ...at, reviewId })).seal ?? {};
    const restores = [1, 2].map(() => ada.api.reviews.restoreMember({ ...at, reviewId, userId: gone.person.id }));
    expect((await Promise.allSettled(restores)).map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    await ada.api.reviews.restoreKey({ ...at, reviewId, keyId: key });
    expect(await isMember(gone)).toBe(true);
    const [row] = await owner`select ends_at, restorable_until from memberships where user_id = ${gone.person.id}`;
    expect(row).toEqual({ ends_at: ends, restorable_until: null });
    const [keyRow] = await owner`select disabled_at from api_keys where id = ${key}`;
    expect(keyRow?.disabled_at).toBeNull();
    expect((await ada.api.reviews.get({ ...at, reviewId })).seal).toMatchObject({ digest, isIntact: true });
  });

  test("a membership that no Admin restores in 30 days ends as one whose last day has passed", async () => {
    const gone = await stale();
    const key = await soundKey(gone);
    await owner`update api_keys set last_used_at = now() - interval '95 days' where id = ${key}`;
    const reviewId = await started();
    await lapsed(reviewId);
    const [stops] = await owner`select stops_at <= now() as has_stopped from api_keys where id = ${key}`;
    expect(stops?.has_stopped).toBe(true);
    await owner`update memberships set restorable_until = now() where user_id = ${gone.person.id}`;
    await endDue();
    expect((await rowsOf(gone.person.id)).map(({ action }) => action)).toEqual(["member.disabled", "member.ended"]);
    expect(await reasonOf(ada.api.reviews.restoreMember({ ...at, reviewId, userId: gone.person.id }))).toBe(
      "review_not_restorable",
    );
  });

  test("the last Admin is never disabled", async () => {
    const other = await stale("admin");
    await longAgo(ada);
    const reviewId = await started();
    await lapsed(reviewId);
    const [admins] = await owner`
      select count(*)::int as n from memberships where workspace_id = ${acme.id} and role = 'admin' and ends_at is null`;
    expect(admins?.n).toBe(1);
    const [row] = await owner`
      select array_agg(decision order by decision) as decisions from access_review_items where review_id = ${reviewId}`;
    expect(row?.decisions).toEqual(["kept", "lapsed"]);
    expect(await rowsOf(other.person.id)).not.toContainEqual(expect.objectContaining({ action: "member.removed" }));
  });

  test("a step that fails changes nothing, keeps no other review waiting, and is done over", async () => {
    const gone = await stale();
    const key = await insertKey(owner, acme.id, ada.person.id);
    const reviewId = await started();
    await endNow(reviewId);
    await settle();
    await owner.unsafe(`
      create function fail_here() returns trigger language plpgsql as 'begin raise exception ''killed''; end';
      create trigger fail_here before update on memberships for each row
        when (new.restorable_until is not null) execute function fail_here()`);
    await endNow(reviewId);
    const globex = await workspace();
    await globex.admin.api.reviews.start({ workspace: globex.slug });
    await settle();
    // The key came first and was disabled in the same transaction.
    expect(await decisions(reviewId)).toEqual({ [gone.person.id]: null, [key]: null });
    expect(await rowsOf(key)).toEqual([]);
    expect((await globex.admin.api.reviews.list({ workspace: globex.slug })).rows[0]?.phase).toBe("closed");
    await owner`drop function fail_here cascade`;
    await endNow(reviewId);
    await settle();
    expect(await decisions(reviewId)).toEqual({ [gone.person.id]: "lapsed", [key]: "lapsed" });
    expect(await rowsOf(key)).toHaveLength(1);
  });

  test("nothing is disabled while the workspace is suspended", async () => {
    const gone = await stale();
    const reviewId = await started();
    await endNow(reviewId);
    await settle();
    await owner`update workspaces set suspended_at = now() where id = ${acme.id}`;
    await endNow(reviewId);
    await settle();
    await owner`update workspaces set suspended_at = null where id = ${acme.id}`;
    expect(await isMember(gone)).toBe(true);
    const [row] =
      await owner`select due_at > now() + interval '2 days' as is_later from access_reviews where id = ${reviewId}`;
    expect(row?.is_later).toBe(true);
  });
});

test("an Admin who does not want the mails gets none, and a personal workspace has no reviews", async () => {
  await ada.api.account.chooseMails({ topics: [] });
  await stale();
  await started();
  expect(await queuedMails("access-review")).toEqual([]);
  const solo = await newPerson();
  const { slug } = await solo.api.workspaces.create({
    name: "Mine",
    kind: "personal",
    creationKey: crypto.randomUUID(),
  });
  expect(await reasonOf(solo.api.reviews.start({ workspace: slug }))).toBe("personal_workspace");
  expect(await reasonOf(solo.api.reviews.setPlan({ workspace: slug, quarterly: "on" }))).toBe("personal_workspace");
});
