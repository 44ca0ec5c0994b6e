import { randomBytes, randomUUID } from "node:crypto";
import type postgres from "postgres";
import type { Role } from "@/server/access/permissions";

/** The values of a workspace that a test can choose; all others have defaults. */
export type WorkspaceValues = { name?: string; slug?: string; kind?: "organization" | "personal"; ageDays?: number };

/** Inserts a workspace and makes its creator an Admin of it. */
export async function insertWorkspace(
  sql: postgres.ISql,
  createdBy: string,
  values: WorkspaceValues = {},
): Promise<{ id: string; slug: string; name: string }> {
  const { kind = "organization", ageDays = 0 } = values;
  const name = values.name ?? "Acme Research";
  const words = name.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  const { slug = [...words, randomBytes(4).toString("hex")].join("-") } = values;
  const [row] = await sql`
    insert into workspaces (slug, name, kind, created_by, creation_key, created_at)
    values (${slug}, ${name}, ${kind}, ${createdBy}, ${randomUUID()}, now() - make_interval(days => ${ageDays})) returning id`;
  const id = String(row?.id);
  await insertMember(sql, id, createdBy, "admin", { joinedDaysAgo: ageDays });
  return { id, slug, name };
}

/** The values of a membership that a test can choose. With a negative `endsInSeconds` the membership has ended. */
export type MemberValues = { joinedDaysAgo?: number; seenMinutesAgo?: number; endsInSeconds?: number };

/** Inserts a membership, or replaces the one that the person has there. */
export async function insertMember(
  sql: postgres.ISql,
  workspaceId: string,
  userId: string,
  role: Role,
  { joinedDaysAgo = 0, seenMinutesAgo, endsInSeconds }: MemberValues = {},
): Promise<void> {
  await sql`
    insert into memberships (workspace_id, user_id, role, joined_at, last_active_at, ends_at)
    values (${workspaceId}, ${userId}, ${role}, now() - make_interval(days => ${joinedDaysAgo}),
      now() - make_interval(mins => ${seenMinutesAgo ?? null}), now() + make_interval(secs => ${endsInSeconds ?? null}))
    on conflict (workspace_id, user_id) do update set role = excluded.role, joined_at = excluded.joined_at,
      last_active_at = excluded.last_active_at, ends_at = excluded.ends_at`;
}

/**
 * The values of many members. They are numbered from `first` and joined one second apart in this order;
 * `joinedSecondsAgo` is that of number 0.
 */
export type ManyValues = {
  role?: Role;
  name?: string;
  email?: string;
  first?: number;
  joinedSecondsAgo?: number;
  seenMinutesAgo?: number;
};

/** Writes `many` people "<name> 1", <email>-1@example.com … and their memberships. Returns their ids in that order. */
export async function insertMembers(
  sql: postgres.ISql,
  workspaceId: string,
  many: number,
  values: ManyValues = {},
): Promise<string[]> {
  const { role = "viewer", name = "Person", first = 1, joinedSecondsAgo = 0, seenMinutesAgo = null } = values;
  const { email = `person-${randomBytes(6).toString("hex")}` } = values;
  const rows = await sql<{ id: string }[]>`
    with made as (
      insert into users (name, email, email_verified_at)
      select ${`${name} `} || i, ${`${email}-`} || i || '@example.com', now()
      from generate_series(${first}::int, ${first + many - 1}::int) i
      returning id, substring(name from '[0-9]+$')::int as n
    ), joined as (
      insert into memberships (workspace_id, user_id, role, joined_at, last_active_at)
      select ${workspaceId}, id, ${role}, now() - make_interval(secs => ${joinedSecondsAgo} - n),
        now() - make_interval(mins => ${seenMinutesAgo}) from made
    )
    select id from made order by n`;
  return rows.map(({ id }) => id);
}
