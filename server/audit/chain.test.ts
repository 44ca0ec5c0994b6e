import { beforeEach, expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { apiFor, memberOf, reasonOf, type TestWorkspace, workspace } from "@/tests/support/people";
import { beginning, canonicalForm, type SealedEvent, seal } from "./chain";
import { sealDue } from "./seals/job";

let acme: TestWorkspace;

const sealAll = async () => {
  while (await sealDue());
};
const verify = (where = acme) => where.admin.api.audit.verify({ workspace: where.slug });
const links = () =>
  owner<{ sequence: string; event_id: string; action: string }[]>`
    select s.sequence, s.event_id, e.action from audit_seals s left join audit_events e on e.id = s.event_id
    where s.workspace_id = ${acme.id} order by s.sequence`;

/** Changes the log with full access to the database, as an attacker would. */
const tamper = (run: (sql: typeof owner) => Promise<unknown>) =>
  owner.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await run(tx as unknown as typeof owner);
  });

/** A workspace with five sealed events: its creation and four renamings. */
beforeEach(async () => {
  acme = await workspace();
  for (const name of ["One", "Two", "Three", "Four"])
    await acme.admin.api.workspaces.rename({ workspace: acme.slug, name });
  await sealAll();
});

test("every event is sealed once, in its order, and the chain is whole", async () => {
  const sealed = await links();
  expect(sealed.map(({ sequence, action }) => [Number(sequence), action])).toEqual([
    [1, "workspace.created"],
    ...[2, 3, 4, 5].map((sequence) => [sequence, "workspace.renamed"]),
  ]);
  const [last] = await owner`
    select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at from audit_events
    where workspace_id = ${acme.id} order by audit_events.at desc limit 1`;
  const verdict = await verify();
  expect(verdict).toMatchObject({ whole: 5, waiting: 0, flaw: null, until: last?.at });
  // The verification is recorded as an event with its result.
  const [noted] = await owner`
    select after, actor_id from audit_events where workspace_id = ${acme.id} and action = 'audit.verified'`;
  expect(noted).toEqual({ after: { whole: 5, hash: verdict.hash }, actor_id: acme.admin.person.id });
  expect(await verify()).toMatchObject({ whole: 5, waiting: 1 });
  await sealAll();
  expect(await verify()).toMatchObject({ whole: 7, waiting: 0, flaw: null });
});

test("the canonical form and the hash are what the documentation says", async () => {
  const event: SealedEvent = {
    ...{ workspaceId: "w", id: "i", at: "2026-11-24T05:59:57.123456Z", actorId: null, action: "key.updated" },
    ...{ targetType: "key", targetId: "k", ip: "203.0.113.7", userAgent: 'a "b"', requestId: "r" },
    before: { b: 1, a: [1e21, { z: null, "10": true, "9": "é\u2028" }] },
    after: null,
  };
  const form =
    '{"action":"key.updated","actorId":null,"after":null,"at":"2026-11-24T05:59:57.123456Z","before":' +
    '{"a":[1e+21,{"10":true,"9":"é\u2028","z":null}],"b":1},"id":"i","ip":"203.0.113.7","requestId":"r",' +
    '"targetId":"k","targetType":"key","userAgent":"a \\"b\\"","workspaceId":"w"}';
  expect(canonicalForm(event)).toBe(form);
  const [row] = await owner`select encode(sha256(${beginning}::bytea || convert_to(${form}, 'UTF8')), 'hex') as hash`;
  expect(seal(beginning, event).toString("hex")).toBe(row?.hash);
});

test.each([
  ["what was done", "action = 'workspace.created'"],
  ["by whom", "actor_id = null"],
  ["to what", "target_id = 'another'"],
  ["when", "at = at + interval '1 microsecond'"],
  ["what it was before", `before = '{"name":"Forged"}'`],
  ["what it became", `after = after || '{"more":1}'`],
  ["from where", "ip = '198.51.100.1'"],
  ["with what", "user_agent = 'other'"],
  ["by which request", "request_id = 'other'"],
])("an event in which %s was changed is found and named", async (_, change) => {
  const [, , third] = await links();
  await tamper((sql) => sql.unsafe(`update audit_events set ${change} where id = '${third?.event_id}'`));
  expect(await verify()).toMatchObject({
    whole: 2,
    flaw: { kind: "changed", sequence: 3, eventId: third?.event_id },
  });
});

test("an event that was removed is found and named, with its link and without", async () => {
  const [, second, third] = await links();
  await tamper((sql) => sql`delete from audit_events where id = ${third?.event_id ?? ""}`);
  expect(await verify()).toMatchObject({ flaw: { kind: "gone", sequence: 3, eventId: third?.event_id } });
  await tamper((sql) => sql`delete from audit_seals where event_id = ${third?.event_id ?? ""}`);
  expect(await verify()).toMatchObject({ whole: 2, flaw: { kind: "gap", sequence: 3 } });
  // Closing the gap in the numbering does not help either.
  await tamper(
    (sql) => sql`update audit_seals set sequence = sequence - 1 where workspace_id = ${acme.id} and sequence > 3`,
  );
  expect(await verify()).toMatchObject({ whole: 2, flaw: { kind: "changed", sequence: 3 } });
  expect(second?.event_id).toBeDefined();
});

test("events that changed places are found, and the first of them is named", async () => {
  const [, second, , fourth] = await links();
  await tamper(async (sql) => {
    await sql`update audit_seals set sequence = 99 where workspace_id = ${acme.id} and sequence = 2`;
    await sql`update audit_seals set sequence = 2 where workspace_id = ${acme.id} and sequence = 4`;
    await sql`update audit_seals set sequence = 4 where workspace_id = ${acme.id} and sequence = 99`;
  });
  expect(await verify()).toMatchObject({
    whole: 1,
    flaw: { kind: "changed", sequence: 2, eventId: fourth?.event_id },
  });
  await tamper(async (sql) => {
    await sql`update audit_seals set sequence = 99 where workspace_id = ${acme.id} and sequence = 2`;
    await sql`update audit_seals set sequence = 2 where workspace_id = ${acme.id} and sequence = 4`;
    await sql`update audit_seals set sequence = 4 where workspace_id = ${acme.id} and sequence = 99`;
    // The links stay, and the times of the events are exchanged.
    await sql`
      update audit_events e set at = o.at from audit_events o
      where e.id in (${second?.event_id ?? ""}, ${fourth?.event_id ?? ""})
        and o.id in (${second?.event_id ?? ""}, ${fourth?.event_id ?? ""}) and o.id <> e.id`;
  });
  expect(await verify()).toMatchObject({ whole: 1, flaw: { kind: "changed", sequence: 2 } });
});

test("an event that was slipped in past the triggers is found and named", async () => {
  await tamper(
    (sql) => sql`
      insert into audit_events (workspace_id, at, action, target_type, target_id)
      values (${acme.id}, now() - interval '1 day', 'key.created', 'key', 'forged')`,
  );
  expect(await verify()).toMatchObject({ whole: 5, flaw: { kind: "loose", sequence: null, action: "key.created" } });
});

test("a chain of more links than are read at once is whole, and a change deep inside is found", async () => {
  await owner`
    insert into audit_events (workspace_id, action, target_type, target_id, after)
    select ${acme.id}, 'key.updated', 'key', i::text, jsonb_build_object('i', i) from generate_series(1, 2300) i`;
  await sealAll();
  expect(await verify()).toMatchObject({ whole: 2305, flaw: null, waiting: 0 });
  const [there] = await owner`select event_id from audit_seals where workspace_id = ${acme.id} and sequence = 1777`;
  await tamper((sql) => sql`update audit_events set after = '{}' where id = ${there?.event_id}`);
  expect(await verify()).toMatchObject({ whole: 1776, flaw: { sequence: 1777, eventId: there?.event_id } });
});

test("however many seal at once, on however many instances, make one chain", async () => {
  await Promise.all([
    ...Array.from({ length: 40 }, (_, i) => acme.admin.api.workspaces.rename({ workspace: acme.slug, name: `N${i}` })),
    ...Array.from({ length: 20 }, () => sealDue()),
  ]);
  await Promise.all(Array.from({ length: 8 }, () => sealDue()));
  await sealAll();
  expect(await verify()).toMatchObject({ whole: 45, waiting: 0, flaw: null });
});

test("an event whose transaction ended after a later one was sealed is sealed behind it", async () => {
  const late = owner.begin(async (tx) => {
    await tx`
      insert into audit_events (workspace_id, action, target_type, target_id) values (${acme.id}, 'key.created', 'key', 'late')`;
    await acme.admin.api.workspaces.rename({ workspace: acme.slug, name: "Sooner" }).catch(() => {});
    await sealAll();
  });
  await late;
  await sealAll();
  expect((await links()).map(({ action }) => action).slice(-2)).toEqual(["workspace.renamed", "key.created"]);
  expect(await verify()).toMatchObject({ whole: 7, flaw: null });
});

test("two events of one transaction are at two moments, in their order", async () => {
  const rows = await owner.begin(async (tx) => {
    for (const id of ["first", "second"])
      await tx`
        insert into audit_events (workspace_id, action, target_type, target_id) values (${acme.id}, 'key.created', 'key', ${id})`;
    return tx`select target_id, at > now() as later from audit_events where workspace_id = ${acme.id} and target_type = 'key' order by at`;
  });
  expect([...rows]).toEqual([
    { target_id: "first", later: true },
    { target_id: "second", later: true },
  ]);
});

test("a person who deletes their account leaves the chain whole, and nothing of theirs but an id", async () => {
  const grace = await memberOf(acme, "admin");
  await grace.api.invitations.create({ workspace: acme.slug, emails: "a@example.com", role: "viewer" });
  await grace.api.workspaces.rename({ workspace: acme.slug, name: "By Grace" });
  await sealAll();
  await grace.api.account.remove({ confirmation: grace.person.email });
  await sealAll();
  expect(await verify()).toMatchObject({ flaw: null, waiting: 0 });
  const rows = await owner`select e::text as text from audit_events e where workspace_id = ${acme.id}`;
  const all = rows.map(({ text }) => text).join("\n");
  expect(all).toContain(grace.person.id);
  for (const word of [grace.person.name, grace.person.email, "a@example.com"]) expect(all).not.toContain(word);
});

test("a chain is its workspace's own: another's flaw is not seen, and another's events are not sealed in it", async () => {
  const other = await workspace();
  await sealAll();
  await tamper((sql) => sql`update audit_events set request_id = 'x' where workspace_id = ${acme.id}`);
  expect(await verify(other)).toMatchObject({ whole: 1, flaw: null });
  expect(await verify()).toMatchObject({ whole: 0, flaw: { sequence: 1 } });
});

test("verifying is for those who may read the log, so often an hour", async () => {
  const developer = await memberOf(acme, "developer");
  expect(await reasonOf(developer.api.audit.verify({ workspace: acme.slug }))).toBe("not_permitted");
  expect(await reasonOf(apiFor(null).audit.verify({ workspace: acme.slug }))).toBe("not_signed_in");
  for (let i = 0; i < 30; i++) await verify();
  expect(await reasonOf(verify())).toBe("too_many");
});
