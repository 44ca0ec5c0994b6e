import { type Placeholder, type SQL, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { joinRequests, roleRequests } from "@/db/schema/joining";
import { apiKeys } from "@/db/schema/keys";
import { budgets, limitRequests, type SpendSpan, spendCounters } from "@/db/schema/limits";
import { users } from "@/db/schema/people";
import { accessReviews } from "@/db/schema/reviews";
import { memberships, workspaces } from "@/db/schema/workspaces";
import { onceInSql } from "@/db/written";
import { type Permission, type Role, rolesWith } from "@/server/access/permissions";
import { type Approval, approvals } from "@/server/budgets/requests/approvals";

/** The number of workspaces that the inbox covers: those visited last. */
const mostWorkspaces = 100;
/** The most items of each kind that are counted. */
const mostCounted = 100;
/** How many days before its end a person's own key appears in the inbox; the mail about it is sent at the same time. */
export const endingDays = 7;
/** The most items of each kind that are listed. */
export const mostListed = 50;

// Values that are the same for all people are written into the statement's text: a statement with few parameters is
// planned only once per connection.
const rolesThat = (permission: Permission) =>
  sql.raw(
    `(${rolesWith(permission)
      .map((role) => `'${role}'`)
      .join(", ")})`,
  );
const limitTo = (many: number) => sql.raw(`limit ${many}`);

/**
 * Selects the workspaces for the following statements of this transaction: the row policies show only rows of these.
 * Suspended workspaces are left out, because nothing can be answered in them.
 */
const nameWorkspaces = (userId: string | Placeholder) => sql`
  select set_config('app.inbox', 'on', true), set_config('app.workspace_ids', coalesce(string_agg(mine.id::text, ','), ''), true) from (
    select w.id from ${memberships} m join ${workspaces} w on w.id = m.workspace_id
    where m.user_id = ${userId}::uuid and coalesce(m.ends_at > now(), true) and w.deleted_at is null and w.suspended_at is null
    order by m.last_active_at desc nulls last, m.joined_at desc ${limitTo(mostWorkspaces)}) mine`;

/** The person's memberships of the selected workspaces. */
const mine = (userId: string | Placeholder) => sql`
  mine as materialized (
    select m.workspace_id, m.user_id, m.role, m.monthly_limit as own_limit, w.monthly_limit
    from ${memberships} m join ${workspaces} w on w.id = m.workspace_id
    where m.user_id = ${userId}::uuid and m.workspace_id in (select unnest(app_workspace_ids())))`;

// A source of inbox items, as the text after FROM: "mine" is the person's membership, `r`, `k` or `l` the item's row.
// Per workspace only the latest rows are read, up to the number that is counted.

const waiting = (table: SQL, also: SQL) => sql`mine join lateral (
    select r.* from ${table} r where r.workspace_id = mine.workspace_id and r.status = 'pending' and ${also}
    order by r.created_at desc ${limitTo(mostCounted)}) r on true`;

const joining = sql`${waiting(sql`${joinRequests}`, sql`true`)} where mine.role in ${rolesThat("member:invite")}`;

/** Joins the membership of the requester: requests of former members are not shown. */
const ofMember = sql`join ${memberships} a on a.workspace_id = r.workspace_id and a.user_id = r.user_id and coalesce(a.ends_at > now(), true)`;

// A member who received the role in another way has no pending request.
const roles = sql`${waiting(sql`${roleRequests}`, sql`true`)} ${ofMember}
  where mine.role in ${rolesThat("member:manage")} and a.role <> r.role`;

/** The condition that selects requests of one kind. */
const isMeant = ({ ofKey, kind, measure }: Approval) =>
  sql.raw(
    [
      "true",
      ...(ofKey ? ["r.whose like 'key:%'"] : []),
      ...(kind ? [`r.kind = '${kind}'`] : []),
      ...(measure ? [`r.measure = '${measure}'`] : []),
    ].join(" and "),
  );

/** Whether the person may answer a request. */
const mayAnswer = sql`case ${sql.join(
  approvals.map((approval) => sql`when ${isMeant(approval)} then mine.role in ${rolesThat(approval.permission)}`),
  sql` `,
)} end`;

const limits = sql`${waiting(sql`${limitRequests}`, sql`r.audience = 'managers' and ${mayAnswer}`)} ${ofMember}
  where mine.role in ${rolesThat("limit:manage")}`;

/** The person's own keys that expire soon and have no successor. */
const ending = sql`mine join ${apiKeys} k on k.workspace_id = mine.workspace_id and k.created_by = mine.user_id
  where not k.is_service and k.revoked_at is null and k.disabled_at is null and k.replaced_by is null
    and k.expires_at > now() and k.expires_at <= now() + interval '${sql.raw(String(endingDays))} days'`;

/**
 * Spending limits that are reached or nearly reached: the person's own, and those of workspaces whose limits they
 * manage.
 */
const own = sql`'member:' || mine.user_id`;
const manages = sql`mine.role in ${rolesThat("limit:manage")}`;
const tight = sql`mine join lateral (
      select 'workspace' as whose, 'month' as span, 'workspace' as counter, mine.monthly_limit as base
        where mine.monthly_limit is not null and ${manages}
      union all select ${own}, 'month', ${own}, mine.own_limit where mine.own_limit is not null
      union all select b.whose, b.span, b.subject, b.amount from ${budgets} b
        where b.workspace_id = mine.workspace_id and (b.whose = ${own} or (${manages} and b.whose in ('workspace', 'ceiling')))
    ) l on true
    left join ${spendCounters} c on c.workspace_id = mine.workspace_id and c.subject = l.counter and c.span = l.span
      and c.period = period_of(l.span, now())
    where coalesce(c.spent, 0) * 10 >= l.base * 9
      and coalesce(c.spent, 0) * 10 >= raised_limit(mine.workspace_id, l.whose, l.span, l.base) * 9`;

/** Access reviews with open decisions; a workspace has at most one. */
const reviews = sql`mine join ${accessReviews} v on v.workspace_id = mine.workspace_id and v.closed_at is null
  where v.phase in ('open', 'warning', 'warned') and v.undecided > 0 and mine.role in ${rolesThat("member:manage")}`;

/** Requests to the operators, if the person is one. */
const forOperators = sql`${limitRequests} r join ${workspaces} w on w.id = r.workspace_id and w.deleted_at is null
  join ${users} u on u.id = r.user_id
  where (select app_is_operator()) and r.status = 'pending' and r.audience = 'operators'`;

/** Workspaces whose own model server cannot be reached, where the person manages providers. */
const outages = (workspaceIds: string | Placeholder) => sql`mine where mine.role in ${rolesThat("provider:manage")}
  and mine.workspace_id::text in (select string_to_table(${workspaceIds}, ','))`;

const upTo = (from: SQL) => sql`(select count(*)::int from (select from ${from} ${limitTo(mostCounted)}) counted)`;
const namesWorkspaces = onceInSql(["userId"], ({ userId }) => nameWorkspaces(userId));
const counted = onceInSql(["userId", "out"], ({ userId, out }) => {
  const here = [joining, roles, limits, ending, tight, reviews, forOperators, outages(out)].map(upTo);
  return sql<{ total: number }>`with ${mine(userId)} select ${sql.join(here, sql` + `)} as total`;
});

/**
 * Counts the inbox items of a person in their workspaces, at most `mostCounted` of each kind. Sends two statements
 * without waiting between them, because every page asks for this.
 *
 * @param out the ids of the workspaces whose own model server cannot be reached
 */
export async function count(db: Db, userId: string, out: string[]): Promise<number> {
  const [, [row]] = await Promise.all([namesWorkspaces(db, { userId }), counted(db, { userId, out: out.join(",") })]);
  return row?.total ?? 0;
}

/** A workspace that has inbox items. */
export type Where = {
  id: string;
  slug: string;
  name: string;
  iconEmoji: string | null;
  iconVersion: number | null;
  defaultRole: Exclude<Role, "admin">;
  isFull: boolean;
};

type Asker = { workspaceId: string; id: string; name: string; email: string; atMs: number };
type JoinRow = Asker & { isFormerMember: boolean };
type RoleRow = Asker & { role: Role; currentRole: Role };
type LimitRow = Asker & {
  kind: "spend" | "rate" | "count" | "model";
  whose: string;
  measure: string;
  amount: string | null;
  reason: string;
};
type KeyRow = { workspaceId: string; id: string; name: string; expiresMs: number };
type ReviewRow = { workspaceId: string; id: string; undecided: number; atMs: number; dueMs: number };
type AskedRow = Pick<LimitRow, "id" | "name" | "email" | "atMs" | "kind" | "measure" | "amount" | "reason"> & {
  workspaceName: string;
  slug: string;
};
type TightRow = { workspaceId: string; of: string; span: SpendSpan; spent: string; limit: string };

const asker = sql`r.workspace_id as "workspaceId", r.id, u.name, coalesce(u.email, '') as email,
  (extract(epoch from r.created_at) * 1000)::float8 as "atMs"`;

/** Selects the latest requests of a source, as `r`. The requester is joined only for these. */
const latest = (userId: string, columns: SQL, from: SQL) =>
  sql`with ${mine(userId)}, r as (select r.* ${columns} from ${from} order by r.created_at desc, r.id ${limitTo(mostListed)})`;

/**
 * Returns the inbox items of a person by kind, newest first, at most `mostListed` of each kind, with the workspaces
 * they are in.
 */
export async function list(db: Db, userId: string, out: string[]) {
  const [, joins, changes, raises, keys, spent, open, asked, down] = await Promise.all([
    db.execute(nameWorkspaces(userId)),
    db.execute<JoinRow>(sql`${latest(userId, sql``, joining)}
      select ${asker}, r.is_former_member as "isFormerMember" from r join ${users} u on u.id = r.user_id`),
    db.execute<RoleRow>(sql`${latest(userId, sql`, a.role as current_role_held`, roles)}
      select ${asker}, r.role, r.current_role_held as "currentRole" from r join ${users} u on u.id = r.user_id`),
    db.execute<LimitRow>(sql`${latest(userId, sql``, limits)}
      select ${asker}, r.kind, r.whose, r.measure, r.amount, r.reason from r join ${users} u on u.id = r.user_id`),
    db.execute<KeyRow>(sql`with ${mine(userId)}
      select k.workspace_id as "workspaceId", k.id, k.name, (extract(epoch from k.expires_at) * 1000)::float8 as "expiresMs"
      from ${ending} order by k.expires_at, k.id ${limitTo(mostListed)}`),
    db.execute<TightRow>(sql`with ${mine(userId)}
      select mine.workspace_id as "workspaceId", l.whose as "of", l.span, coalesce(c.spent, 0) as spent,
        raised_limit(mine.workspace_id, l.whose, l.span, l.base) as "limit"
      from ${tight} order by case when l.base > 0 then c.spent::numeric / l.base end desc nulls first ${limitTo(mostListed)}`),
    db.execute<ReviewRow>(sql`with ${mine(userId)}
      select v.workspace_id as "workspaceId", v.id, v.undecided, (extract(epoch from v.started_at) * 1000)::float8 as "atMs",
        (extract(epoch from v.due_at) * 1000)::float8 as "dueMs"
      from ${reviews} order by v.due_at, v.id ${limitTo(mostListed)}`),
    db.execute<AskedRow>(sql`
      select r.id, w.name as "workspaceName", w.slug, r.kind, r.measure, r.amount, r.reason, u.name, coalesce(u.email, '') as email, (extract(epoch from r.created_at) * 1000)::float8 as "atMs"
      from ${forOperators} order by r.created_at, r.id ${limitTo(mostListed)}`),
    db.execute<{ workspaceId: string }>(
      sql`with ${mine(userId)} select mine.workspace_id as "workspaceId" from ${outages(out.join(","))}`,
    ),
  ]);
  const found = {
    joins: [...joins],
    changes: [...changes],
    raises: [...raises],
    keys: [...keys],
    spent: [...spent],
    reviews: [...open],
    down: [...down],
  };
  const ids = [...new Set(Object.values(found).flatMap((rows) => rows.map(({ workspaceId }) => workspaceId)))];
  return { ...found, asked: [...asked], workspaces: await named(db, ids) };
}

async function named(db: Db, ids: string[]): Promise<Where[]> {
  if (ids.length === 0) return [];
  const rows = await db.execute<Where>(sql`
    select w.id, w.slug, w.name, w.icon_emoji as "iconEmoji", w.icon_version as "iconVersion", w.default_role as "defaultRole",
      coalesce(w.member_count >= least(w.seats, w.most_members), false) as "isFull"
    from ${workspaces} w where w.id::text in (${sql.join(
      ids.map((id) => sql`${id}`),
      sql`, `,
    )})`);
  return [...rows];
}
