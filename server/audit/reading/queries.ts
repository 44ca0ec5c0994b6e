import { type SQL, sql } from "drizzle-orm";
import { type Db, instanceLog } from "@/db/client";
import { decodeCursor, keyParts, type Page, type Place, toPage } from "@/server/api/cursors";
import { distinct } from "../choices/queries";
import type { AuditFilters, AuditOrder } from "../input";

/** A person in the log, or null for Atelier itself; without a name after they have deleted their account. */
export type Actor = { id: string; name: string | null } | null;

/** An event as it is shown to an Admin. */
export type Event = {
  id: string;
  at: Date;
  /** The time to the microsecond, as it is sealed: 2026-11-24T05:59:57.123456Z. */
  moment: string;
  actor: Actor;
  action: string;
  target: {
    type: string;
    id: string;
    /** The current name of the thing; null when it no longer exists in this workspace, or has no name. */
    name: string | null;
    /** Whether the thing still exists, so that it can be linked to. */
    isThere: boolean;
  };
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  ip: string | null;
  userAgent: string | null;
  requestId: string | null;
  /** The event's link in the chain once it is sealed; `hash` in hex. */
  seal: { sequence: number; hash: string } | null;
};

const pageSize = 50;
const partSize = 1_000;
const cursorParts = [keyParts.instant, keyParts.uuid];

/**
 * Returns a page of the log. A filter that matches several actions is read action by action, each from an index in the
 * list's order, so that a page costs the same in a log of a million rows.
 */
export async function list(
  db: Db,
  workspaceId: string,
  filters: AuditFilters,
  order: AuditOrder,
  place: Place,
): Promise<Page<Event>> {
  const isOldestFirst = (order === "asc") !== (place.before !== undefined);
  const from = decodeCursor(place.before ?? place.after, cursorParts);
  const rows = await found(db, workspaceId, filters, { from, isOldestFirst, limit: pageSize + 1 });
  const page = toPage(rows, pageSize, place, keyOf);
  return { ...page, rows: page.rows.map(toEvent) };
}

/** Returns a part of a download, newest first, and the cursor of the next part; null: this is the last part. */
export async function part(
  db: Db,
  workspaceId: string,
  filters: AuditFilters,
  after: string | undefined,
): Promise<{ rows: Event[]; next: string | null }> {
  const from = decodeCursor(after, cursorParts);
  const rows = await found(db, workspaceId, filters, { from, isOldestFirst: false, limit: partSize + 1 });
  const { rows: cut, next } = toPage(rows, partSize, { after }, keyOf);
  return { rows: cut.map(toEvent), next };
}

type Look = { from: string[] | null; isOldestFirst: boolean; limit: number };

type Row = Omit<Event, "at" | "moment" | "actor" | "target" | "seal"> & {
  sortKey: string;
  at: string;
  actorId: string | null;
  actorName: string | null;
  targetType: string;
  targetId: string;
  target: { name: string | null; isThere: boolean } | null;
  sequence: string | null;
  hash: string | null;
};

async function found(db: Db, workspaceId: string, filters: AuditFilters, look: Look): Promise<Row[]> {
  const order = sql.raw(look.isOldestFirst ? "asc" : "desc");
  const common = [
    sql`workspace_id = ${workspaceId}`,
    filters.userId && (filters.userId === "atelier" ? sql`actor_id is null` : sql`actor_id = ${filters.userId}`),
    filters.type && sql`target_type = ${filters.type}`,
    filters.thing && sql`target_id collate "C" = ${filters.thing}`,
    filters.from && sql`at >= (${filters.from}::date)::timestamp at time zone 'UTC'`,
    filters.to && sql`at < (${filters.to}::date + 1)::timestamp at time zone 'UTC'`,
    look.from &&
      sql`(at, id) ${sql.raw(look.isOldestFirst ? ">" : "<")} (${look.from[0]}::timestamptz, ${look.from[1]}::uuid)`,
  ].filter((condition): condition is SQL => Boolean(condition));
  const streams = (await alternatives(db, workspaceId, filters)).map(
    (alternative) => sql`
      (select at, id from audit_events where ${sql.join([...common, ...alternative], sql` and `)}
        order by at ${order}, id ${order} limit ${look.limit})`,
  );
  if (streams.length === 0) return [];
  return db.execute<Row>(sql`
    with page as materialized (
      select at, id from (${sql.join(streams, sql` union `)}) streams order by at ${order}, id ${order} limit ${look.limit}
    )
    select e.id, e.at::text as "sortKey", to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at,
      e.actor_id as "actorId",
      (select u.name from users u where u.id = e.actor_id and u.deleted_at is null) as "actorName",
      e.action, e.target_type as "targetType", e.target_id as "targetId",
      ${workspaceId === instanceLog ? targetAtInstance : targetOf} as target,
      e.before, e.after, host(e.ip) as ip, e.user_agent as "userAgent", e.request_id as "requestId",
      s.sequence, encode(s.hash, 'hex') as hash
    from page join audit_events e on e.workspace_id = ${workspaceId} and e.id = page.id
    left join audit_seals s on s.workspace_id = ${workspaceId} and s.event_id = e.id
    order by page.at ${order}, page.id ${order}`);
}

/**
 * Returns the alternative conditions that match the filters for the action, the kind of thing and the search, each with
 * an index in the list's order. An empty list: nothing matches. A kind of thing is read by the actions that exist on
 * it, so that rows of other kinds are not searched.
 */
async function alternatives(db: Db, workspaceId: string, { action, type, search }: AuditFilters): Promise<SQL[][]> {
  const isGroup = action?.endsWith(".*");
  if (!search && !isGroup && !type) return [action ? [is(action)] : []];
  const asked = (each: string) => !action || (isGroup ? each.startsWith(action.slice(0, -1)) : each === action);
  const actions = (await distinct(db, workspaceId, "action", mostKinds, type)).filter(asked);
  if (!search) return actions.map((each) => [is(each)]);
  if (actions.length === 0) return [];
  const word = search.toLowerCase();
  const has = (text: string) => text.includes(word) || text.replaceAll(/[._]/g, " ").includes(word);
  const types = (type ? [type] : await distinct(db, workspaceId, "target_type", mostKinds)).filter(has);
  const ofTypes: SQL[][] = [];
  for (const each of types)
    for (const done of await distinct(db, workspaceId, "action", mostKinds, each))
      if (asked(done)) ofTypes.push([sql`target_type = ${each}`, is(done)]);
  const list = sql.join(
    actions.map((each) => sql`${each}`),
    sql`, `,
  );
  return [
    ...actions.filter(has).map((each) => [is(each)]),
    ...ofTypes,
    // A prefix search: in this collation the highest character sorts after everything that can follow the prefix.
    [
      sql`target_id collate "C" >= ${search} and target_id collate "C" < ${`${search}\u{10ffff}`}`,
      ...(action ? [sql`action in (${list})`] : []),
    ],
  ];
}

const mostKinds = 500;
const is = (action: string) => sql`action = ${action}`;

const uuid = sql`case when e.target_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then e.target_id::uuid end`;
const named = (name: string, isThere: string) =>
  sql`jsonb_build_object('name', ${sql.raw(name)}, 'isThere', ${sql.raw(isThere)})`;

/** The name of an event's thing, and whether it still exists; only within the event's own workspace. */
const targetOf = sql`case e.target_type
  when 'key' then (select ${named("k.name", "true")} from api_keys k
    where k.workspace_id = e.workspace_id and k.id = e.target_id)
  when 'member' then (select ${named("case when u.deleted_at is null then u.name end", "m.user_id is not null")} from users u
    left join memberships m on m.workspace_id = e.workspace_id and m.user_id = u.id where u.id = ${uuid})
  when 'model' then (select ${named("m.name", "m.deleted_at is null")} from models m
    where m.workspace_id = e.workspace_id and m.id = e.target_id)
  when 'route' then (select ${named("r.id", "true")} from model_routes r
    where r.workspace_id = e.workspace_id and r.id = e.target_id)
  when 'tag' then (select ${named("t.name", "true")} from usage_tags t
    where t.workspace_id = e.workspace_id and t.name = e.target_id)
  when 'preset' then (select ${named("p.name", "true")} from playground_presets p
    where p.workspace_id = e.workspace_id and p.id = ${uuid})
  when 'review' then (select ${named(`to_char(v.started_at at time zone 'UTC', 'YYYY-MM-DD')`, "true")} from access_reviews v
    where v.workspace_id = e.workspace_id and v.id = ${uuid})
  when 'file' then (select ${named("f.filename", "f.deleted_at is null")} from files f
    where f.workspace_id = e.workspace_id and f.id = ${uuid})
  when 'fine_tuning_job' then (select ${named("j.model", "true")} from fine_tuning_jobs j
    where j.workspace_id = e.workspace_id and j.id = ${uuid})
  when 'batch' then (select ${named("f.filename", "true")} from batches b
    join files f on f.workspace_id = b.workspace_id and f.id = b.input_file_id
    where b.workspace_id = e.workspace_id and b.id = ${uuid})
  when 'invitation' then (select ${named("i.email", "i.status = 'pending'")} from invitations i
    where i.workspace_id = e.workspace_id and i.id = ${uuid})
  when 'workspace' then (select ${named("w.name", "true")} from workspaces w
    where w.id = e.workspace_id and w.id = ${uuid}) end`;

/**
 * The same for the instance's log, whose readers see the names of people and workspaces, but nothing inside a
 * workspace.
 */
const targetAtInstance = sql`case e.target_type
  when 'person' then (select ${named("u.name", "u.deleted_at is null")} from users u where u.id = ${uuid})
  when 'workspace' then (select ${named("w.name", "w.deleted_at is null")} from workspaces w where w.id = ${uuid}) end`;

const keyOf = (row: Row) => [row.sortKey, row.id];

function toEvent(row: Row): Event {
  const { sortKey, at, actorId, actorName, targetType, targetId, target, sequence, hash, ...event } = row;
  return {
    ...event,
    ...{ at: new Date(at), moment: at },
    actor: actorId === null ? null : { id: actorId, name: actorName },
    target: { type: targetType, id: targetId, name: target?.name ?? null, isThere: target?.isThere ?? false },
    seal: sequence === null || hash === null ? null : { sequence: Number(sequence), hash },
  };
}
