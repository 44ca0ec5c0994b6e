import { randomUUID } from "node:crypto";
import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Db } from "@/db/client";
import { owner } from "@/tests/support/database";
import { memberOf, reasonOf, type Signed, type TestWorkspace, workspace } from "@/tests/support/people";
import { operator } from "@/tests/support/procedures/world";
import { seal } from "./chain";
import * as choices from "./choices/queries";
import { auditList } from "./input";
import * as reading from "./reading/queries";
import { sealDue } from "./seals/job";

let acme: TestWorkspace;
let grace: Signed;
let at: { workspace: string };

beforeAll(async () => {
  acme = await workspace();
  at = { workspace: acme.slug };
  grace = await memberOf(acme, "admin");
  await acme.admin.api.workspaces.rename({ ...at, name: "Renamed" });
  const { id } = await grace.api.keys.create({ ...at, name: "Production" });
  await acme.admin.api.keys.update({ ...at, keyId: id, name: "Staging" });
  await grace.api.invitations.create({ ...at, emails: "invited@example.com", role: "viewer" });
  await owner`
    insert into audit_events (workspace_id, at, action, target_type, target_id)
    values (${acme.id}, '2026-02-28 23:59:59.999Z', 'file.expired', 'file', ${randomUUID()}),
      (${acme.id}, '2026-03-01 00:00:00Z', 'key.leaked', 'key', 'gone')`;
});

const list = async (filters: object) => (await acme.admin.api.audit.list({ ...at, ...filters })).rows;
const actions = async (filters: object) => (await list(filters)).map(({ action }) => action);
const all = [
  ...["invitation.created", "key.updated", "key.created", "workspace.renamed", "workspace.created"],
  ...["key.leaked", "file.expired"],
];

test("the log is newest first, with who did what to which thing, from where, before and after", async () => {
  const rows = await list({});
  expect(rows.map(({ action }) => action)).toEqual(all);
  expect(rows[1]).toMatchObject({
    actor: { id: acme.admin.person.id, name: acme.admin.person.name },
    target: { type: "key", name: "Staging", isThere: true },
    before: { name: "Production" },
    after: { name: "Staging" },
    ip: "203.0.113.7",
    userAgent: "test",
  });
  expect(rows[0]?.target).toMatchObject({ type: "invitation", name: "invited@example.com", isThere: true });
  expect(rows[3]?.target).toMatchObject({ type: "workspace", name: "Renamed" });
  expect(rows[5]).toMatchObject({ actor: null, target: { id: "gone", name: null, isThere: false } });
});

test.each<[string, () => object, () => string[]]>([
  ["a person", () => ({ userId: grace.person.id }), () => ["invitation.created", "key.created"]],
  ["Atelier by itself", () => ({ userId: "atelier" }), () => ["key.leaked", "file.expired"]],
  ["an action", () => ({ action: "key.created" }), () => ["key.created"]],
  ["a group of actions", () => ({ action: "key.*" }), () => ["key.updated", "key.created", "key.leaked"]],
  ["no action there", () => ({ action: "domain.*" }), () => []],
  ["a kind of thing", () => ({ type: "file" }), () => ["file.expired"]],
  ["one thing", () => ({ thing: "gone" }), () => ["key.leaked"]],
  ["a first day", () => ({ from: "2026-03-01" }), () => all.slice(0, 6)],
  ["a last day, which is included", () => ({ to: "2026-02-28" }), () => ["file.expired"]],
  ["a day", () => ({ from: "2026-03-01", to: "2026-03-01" }), () => ["key.leaked"]],
  ["part of an action", () => ({ search: "renam" }), () => ["workspace.renamed"]],
  ["words of an action", () => ({ search: "Key updated" }), () => ["key.updated"]],
  ["part of a kind of thing", () => ({ search: "invit" }), () => ["invitation.created"]],
  ["the beginning of an id", () => ({ search: "gon" }), () => ["key.leaked"]],
  ["a search within a group", () => ({ search: "e", action: "workspace.*" }), () => all.slice(3, 5)],
  ["an id within another group", () => ({ search: "gone", action: "workspace.*" }), () => []],
  ["a kind of thing and an action on another", () => ({ type: "file", action: "key.created" }), () => []],
  ["a search within a kind of thing", () => ({ search: "create", type: "key" }), () => ["key.created"]],
  ["several at once", () => ({ userId: grace.person.id, action: "key.*", type: "key" }), () => ["key.created"]],
  ["signs that mean something to a pattern", () => ({ search: "%_" }), () => []],
])("%s is found", async (_, filters, found) => {
  expect(await actions(filters())).toEqual(found());
});

test("the log is read from its other end, filtered or not, on to the next page and back", async () => {
  expect(await actions({ order: "asc" })).toEqual(all.toReversed());
  expect(await actions({ order: "asc", action: "key.*" })).toEqual(["key.leaked", "key.created", "key.updated"]);
  const long = await workspace();
  await owner`
    insert into audit_events (workspace_id, at, action, target_type, target_id)
    select ${long.id}, '2026-03-01 00:00:00Z'::timestamptz + n * interval '1 s', 'key.leaked', 'key', n from generate_series(0, 59) n`;
  const page = async (place: object) =>
    long.admin.api.audit.list({ workspace: long.slug, action: "key.leaked", order: "asc", ...place });
  const numbers = ({ rows }: Awaited<ReturnType<typeof page>>) => rows.map(({ target }) => Number(target.id));
  const count = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
  const first = await page({});
  expect(numbers(first)).toEqual(count(0, 50));
  const second = await page({ after: first.next });
  expect(numbers(second)).toEqual(count(50, 60));
  expect(numbers(await page({ before: second.previous }))).toEqual(count(0, 50));
});

test("the choices are what is in the log, and a person with a deleted account has no name", async () => {
  const leaving = await memberOf(acme, "admin");
  await leaving.api.workspaces.rename({ ...at, name: "Renamed" }).catch(() => {});
  await leaving.api.keys.create({ ...at, name: "Theirs" });
  await leaving.api.account.remove({ confirmation: leaving.person.email });
  const found = await acme.admin.api.audit.choices(at);
  expect(found.people.map(({ id }) => id).sort()).toEqual(
    [acme.admin.person.id, grace.person.id, leaving.person.id].sort(),
  );
  expect(found.people.at(-1)).toEqual({ id: leaving.person.id, name: null });
  expect(found.actions).toEqual(expect.arrayContaining(["file.expired", "key.created", "workspace.renamed"]));
  expect(found.types).toEqual(["file", "invitation", "key", "member", "workspace"]);
  const [left] = await list({ action: "member.left" });
  expect(left).toMatchObject({ actor: { name: null }, target: { name: null, isThere: false } });
});

test("pages lead through the log and back without leaving one out, also through a group", async () => {
  const other = await workspace();
  await owner`
    insert into audit_events (workspace_id, at, action, target_type, target_id)
    select ${other.id}, now() - (i / 3) * interval '1 second', (array['key.a', 'key.b', 'file.a'])[1 + i % 3], 'key', i::text
    from generate_series(1, 180) i`;
  for (const [filters, total] of [
    [{}, 181],
    [{ action: "key.*" }, 120],
  ] as const) {
    const page = (place: object) => other.admin.api.audit.list({ workspace: other.slug, ...filters, ...place });
    const seen: string[] = [];
    let current = await page({});
    const pages = [current];
    for (; ; pages.push(current)) {
      seen.push(...current.rows.map(({ id }) => id));
      if (!current.next) break;
      current = await page({ after: current.next });
    }
    expect(new Set(seen).size).toBe(total);
    expect(seen).toHaveLength(total);
    const back = await page({ before: pages[1]?.previous ?? "" });
    expect(back.rows).toEqual(pages[0]?.rows);
  }
});

test("a download has the log in parts, with the chain's links, and is itself in the log", async () => {
  const other = await workspace();
  await owner`
    insert into audit_events (workspace_id, action, target_type, target_id)
    select ${other.id}, 'key.created', 'key', i::text from generate_series(1, 2100) i`;
  while (await sealDue());
  const here = { workspace: other.slug, action: "key.*" };
  await other.admin.api.audit.startExport({ ...here, format: "jsonl" });
  const rows: reading.Event[] = [];
  for (let after: string | undefined | null; after !== null; ) {
    const part: Awaited<ReturnType<typeof other.admin.api.audit.export>> = await other.admin.api.audit.export({
      ...here,
      ...(after ? { after } : {}),
    });
    rows.push(...part.rows);
    after = part.next;
  }
  expect(rows).toHaveLength(2100);
  expect(rows[0]).toMatchObject({ target: { id: "2100" }, seal: { hash: expect.stringMatching(/^[0-9a-f]{64}$/) } });
  // The chain of a download can be recomputed without Atelier.
  const [second, first] = rows.slice(-2);
  if (!first?.seal || !second?.seal) throw new Error("nothing is sealed");
  const { target, moment, actor, id, action, before, after, ip, userAgent, requestId } = second;
  const sealed = { workspaceId: other.id, id, at: moment, actorId: actor?.id ?? null, action, before, after, ip };
  const whole = { ...sealed, targetType: target.type, targetId: target.id, userAgent, requestId };
  expect(second.seal.sequence).toBe(first.seal.sequence + 1);
  expect(second.seal.hash).toBe(seal(Buffer.from(first.seal.hash, "hex"), whole).toString("hex"));
  const [newest] = (await other.admin.api.audit.list({ workspace: other.slug })).rows;
  expect(newest).toMatchObject({
    action: "audit.exported",
    actor: { id: other.admin.person.id },
    after: { format: "jsonl", action: "key.*" },
    seal: null,
  });
});

test("PA-06 no part of a download is read that the log does not have: of that person, that part of the log, and lately", async () => {
  const other = await workspace();
  const second = await memberOf(other, "admin");
  const { api } = await operator();
  const here = { workspace: other.slug };
  const part = (by = other.admin, more: object = {}) => reasonOf(by.api.audit.export({ ...here, ...more }).then(gone));
  const gone = () => Promise.reject(new Error("it was read"));
  const instancePart = () => reasonOf(api.instance.auditPart({ action: "operator.*" }).then(gone));
  expect([await part(), await instancePart()]).toEqual(["not_found", "not_found"]);
  await other.admin.api.audit.startExport({ ...here, action: "key.*", search: "key", format: "csv" });
  await api.instance.startAuditExport({ action: "operator.*", format: "jsonl" });
  expect(await part(other.admin, { action: "key.*", search: "key" })).toBe("bug");
  expect(await instancePart()).toBe("bug");
  expect(await part(other.admin)).toBe("not_found");
  expect(await part(other.admin, { action: "key.*" })).toBe("not_found");
  expect(await part(second, { action: "key.*", search: "key" })).toBe("not_found");
  expect(await reasonOf((await operator()).api.instance.auditPart({ action: "operator.*" }))).toBe("not_found");
  await owner`
    insert into audit_events (workspace_id, actor_id, action, target_type, target_id, after, at)
    values (${other.id}, ${second.person.id}, 'audit.exported', 'workspace', ${other.id}, '{"format": "csv"}', now() - interval '13 hours')`;
  expect(await part(second)).toBe("not_found");
});

test("TI-01 another workspace's people and things are as unknown as none", async () => {
  const other = await workspace();
  const foreign = { ...at, userId: other.admin.person.id };
  expect(await reasonOf(acme.admin.api.audit.list(foreign))).toBe("not_found");
  expect(await reasonOf(acme.admin.api.audit.list({ ...at, userId: randomUUID() }))).toBe("not_found");
  expect(await reasonOf(acme.admin.api.audit.export(foreign))).toBe("not_found");
  expect(await reasonOf(acme.admin.api.audit.startExport({ ...foreign, format: "csv" }))).toBe("not_found");
  expect(await actions({ thing: other.id })).toEqual([]);
  expect(await actions({ search: other.id })).toEqual([]);
  const viewer = await memberOf(acme, "viewer");
  for (const name of ["list", "choices", "export"] as const)
    expect(await reasonOf(viewer.api.audit[name](at))).toBe("not_permitted");
});

let app: postgres.Sql;
afterAll(() => app.end({ timeout: 1 }));

test("P12 whatever is filtered for is found by an index, behind the policies", async () => {
  const busy = await workspace();
  const who = busy.admin.person.id;
  await owner.begin(async (tx) => {
    // Foreign keys are not checked: only the planner looks at these rows.
    await tx`set local session_replication_role = replica`;
    await tx`
      insert into audit_events (workspace_id, at, actor_id, action, target_type, target_id)
      select case when i % 2 = 0 then ${busy.id}::uuid else md5((i % 200)::text)::uuid end, now() - i * interval '1 minute',
        case when i % 500 = 0 then ${who}::uuid else md5((i % 40)::text)::uuid end,
        (array['key.created', 'key.updated', 'member.removed', 'model.deleted'])[1 + i / 2 % 4],
        (array['key', 'member', 'model'])[1 + i / 2 % 3], md5(i::text) from generate_series(1, 40000) i`;
  });
  await owner`analyze audit_events`;
  app = postgres(process.env.DATABASE_APP_URL ?? "", { max: 1, onnotice: () => {}, fetch_types: false });
  const sent: { query: string; params: unknown[] }[] = [];
  const logger = { logQuery: (query: string, params: unknown[]) => void sent.push({ query, params }) };
  const db = drizzle({ client: app, casing: "snake_case", logger }) as Db;
  await app`select set_config('app.workspace_id', ${busy.id}, false)`;
  for (const filters of [
    {},
    ...[
      { userId: who },
      { userId: who, action: "key.created" },
      { action: "key.*" },
      { type: "model" },
      { type: "model", action: "key.*" },
    ],
    ...[{ thing: "abc" }, { search: "key" }, { search: "a1b2" }, { from: "2026-01-01", to: "2026-12-31" }],
  ])
    for (const order of ["desc", "asc"] as const) await reading.list(db, busy.id, auditList.parse(filters), order, {});
  await choices.people(db, busy.id, 10);
  await choices.isActor(db, busy.id, who);
  const plans: string[] = [];
  for (const { query, params } of sent)
    for (const line of await app.unsafe(`explain ${query}`, params as string[], { prepare: true }))
      plans.push(String(line["QUERY PLAN"]));
  expect(sent.length).toBeGreaterThan(10);
  expect(plans.join("\n")).not.toMatch(/Seq Scan on (audit_\w+|users|api_keys|models|files|memberships|invitations)/);
  for (const index of ["in_order", "by_actor", "by_actor_and_action", "by_action", "by_type", "of_target"])
    expect(plans.join("\n")).toContain(`audit_events_${index} `);
});
