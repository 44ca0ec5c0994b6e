import { randomBytes } from "node:crypto";
import postgres from "postgres";
import { startPostgres } from "@/embedded/postgres/postgres";
import { drawKey } from "@/server/keys/secret";
import { env } from "@/server/platform/env";
import { insertInvitation } from "@/tests/support/factories/invitations";
import { insertPerson, insertSession } from "@/tests/support/factories/people";
import { insertMembers, insertWorkspace } from "@/tests/support/factories/workspaces";

export { JsonlCheck } from "@/server/files/jsonl";
export { columns } from "@/server/usage/leases/columns";
export { mostAtOnce } from "@/server/usage/leases/exchange";
export { insertWorkspace } from "@/tests/support/factories/workspaces";

/** A person with a session, and the header with its cookie. */
export type Signed = { id: string; email: string; cookie: string };

/** A workspace and its Admin. */
export type Place = { id: string; slug: string; admin: Signed };

/** Reads the configuration once, because keys are created with its pepper. */
export function readConfiguration(): void {
  env();
}

/** Starts the PostgreSQL that all measured servers share. */
export async function startDatabase(dataDir: string) {
  const server = await startPostgres({ dataDir, settings: { max_connections: "200" } });
  const superuser = postgres(server.superuserUrl, { max: 1, onnotice: () => {} });
  const at = (name: string) => server.superuserUrl.replace(/\/[^/]*$/, `/${name}`);
  const sql = postgres(at("atelier"), { max: 4, onnotice: () => {} });
  // An earlier run had another pepper, and no instance of this run would start with that. Its keys are not used again.
  const [before] = await sql`select to_regclass('public.key_peppers') is not null as "hasPeppers"`;
  if (before?.hasPeppers) await sql`delete from key_peppers`;
  return {
    urls: { DATABASE_URL: server.ownerUrl, DATABASE_APP_URL: server.appUrl },
    /** A connection to the application's database that no policy restricts. */
    sql,
    /** Creates another database and returns its URL. */
    async other(name: string) {
      await superuser.unsafe(`create database "${name}"`).catch((error: { code?: string }) => {
        if (error.code !== "42P04") throw error;
      });
      return at(name);
    },
    /** Creates an empty database for the application. Returns the environment for it, and a connection that no policy restricts. */
    async empty(name: string) {
      await superuser.unsafe(`drop database if exists "${name}" with (force)`);
      await superuser.unsafe(`create database "${name}" owner atelier_owner`);
      await superuser.unsafe(`grant connect on database "${name}" to atelier_app`);
      const sql = postgres(at(name), { max: 4, onnotice: () => {} });
      await sql`create extension if not exists pg_trgm`;
      const named = (url: string) => url.replace(/\/[^/]*$/, `/${name}`);
      return { urls: { DATABASE_URL: named(server.ownerUrl), DATABASE_APP_URL: named(server.appUrl) }, sql };
    },
    async stop() {
      await this.sql.end({ timeout: 1 });
      await superuser.end({ timeout: 1 });
      await server.stop();
    },
  };
}

/** Makes a signed-in person. */
export async function person(sql: postgres.Sql, name = "Ada Lovelace"): Promise<Signed> {
  const { id, email } = await insertPerson(sql, { name, ageDays: 0 });
  return { id, email, cookie: `atelier.session=${await insertSession(sql, id)}` };
}

/** Makes a signed-in operator of the instance. */
export async function operator(sql: postgres.Sql): Promise<Signed> {
  const signed = await person(sql, "Olga Operator");
  await sql`insert into operators (user_id, source) values (${signed.id}, 'environment')`;
  return signed;
}

const seeded = ["users", "workspaces", "memberships", "workspace_figures", "budgets"];

/**
 * Makes people with different days of last activity, and the same number of organizations with different spend, usage and ceilings. One person
 * in `every` is deactivated, one organization in `every` is suspended, and one is deleted.
 */
export async function manyOfAll(sql: postgres.Sql, many: number, every: number): Promise<void> {
  await sql.begin(async (sql) => {
    // Without the triggers, which would count each membership separately.
    await sql`set local session_replication_role = replica`;
    await sql`set local maintenance_work_mem = '1GB'`;
    // Indexing a million rows together takes a fraction of the time of indexing each row when it is inserted. Indexes of constraints stay.
    const indexes = await sql<{ name: string; definition: string }[]>`
      select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition
      from pg_index i
      where i.indrelid = any (${seeded}::regclass[]) and not exists (select from pg_constraint where conindid = i.indexrelid)`;
    for (const { name } of indexes) await sql`drop index ${sql(name)}`;
    await sql`
      insert into users (name, email, email_verified_at, created_at, last_seen_at, deactivated_at)
      select 'Person ' || md5(i::text), 'person-' || i || '@many.example', now(), now() - make_interval(mins => i),
        case when i % 3 > 0 then now() - make_interval(secs => i % 7 * 1000 + i) end, case when i % ${every}::int = 0 then now() end
      from generate_series(1, ${many}::int) i`;
    await sql`
      insert into workspaces (slug, name, kind, created_by, creation_key, created_at, member_count, suspended_at, deleted_at)
      select 'many-' || i, 'Team ' || md5(i::text), 'organization', u.id, gen_random_uuid(), now() - make_interval(mins => i), 1,
        case when i % ${every}::int = 1 then now() end, case when i % ${every}::int = 2 then now() end
      from generate_series(1, ${many}::int) i join users u on u.email = 'person-' || i || '@many.example'`;
    await sql`
      insert into memberships (workspace_id, user_id, role) select id, created_by, 'admin' from workspaces where slug like 'many-%'`;
    await sql`
      insert into workspace_figures (workspace_id, listed_as, month, spent, last_used_at)
      select id, listed_as, case when n % 3 > 0 then date_trunc('month', now() at time zone 'UTC')::date else '2020-01-01' end, n * 1000 % 999983,
        case when n % 3 > 0 then now() - make_interval(secs => (n * 7919 % 1000003)::int) else '-infinity' end
      from (select id, split_part(slug, '-', 2)::bigint as n, case when deleted_at is not null then 'deleted' when suspended_at is not null then 'suspended'
        else 'active' end as listed_as from workspaces where slug like 'many-%') w`;
    await sql`
      insert into budgets (workspace_id, whose, subject, span, amount)
      select id, 'ceiling', 'ceiling', 'month', 50000000 from workspaces where slug like 'many-%'`;
    for (const { definition } of indexes) await sql.unsafe(definition);
  });
  await sql`vacuum analyze`;
}

/** Makes an organization with `members` members, one of them its Admin. */
export async function place(sql: postgres.Sql, members = 1): Promise<Place> {
  const admin = await person(sql);
  const { id, slug } = await insertWorkspace(sql, admin.id, { ageDays: 400 });
  await insertMembers(sql, id, members - 1, {
    role: "developer",
    name: "Member",
    email: slug,
    joinedSecondsAgo: members,
    seenMinutesAgo: 0,
  });
  return { id, slug, admin };
}

/** Adds a person to `many` workspaces; returns the slug of one of them. */
export async function memberOfMany(sql: postgres.Sql, who: Signed, many: number): Promise<string> {
  const tag = `many-${randomBytes(5).toString("hex")}`;
  await sql`
    with made as (
      insert into workspaces (slug, name, kind, created_by, creation_key)
      select ${tag} || '-' || i, 'Workspace ' || i, 'organization', ${who.id}, gen_random_uuid() from generate_series(1, ${many}::int) i
      returning id, slug
    )
    insert into memberships (workspace_id, user_id, role, last_active_at)
    select id, ${who.id}, 'admin', now() from made`;
  return `${tag}-1`;
}

/** Makes keys of a workspace with valid MACs. */
export async function keys(sql: postgres.Sql, where: Place, many: number): Promise<{ id: string; key: string }[]> {
  const drawn = Array.from({ length: many }, drawKey);
  for (let i = 0; i < drawn.length; i += 2_000) {
    const rows = drawn.slice(i, i + 2_000).map(({ id, secretMac, pepperVersion, lastFour }) => ({
      ...{ workspace_id: where.id, id, secret_mac: secretMac, pepper_version: pepperVersion },
      ...{ last_four: lastFour, name: "Bench", created_by: where.admin.id },
    }));
    await sql`insert into api_keys ${sql(rows)}`;
  }
  return drawn.map(({ id, key }) => ({ id, key }));
}

/** Makes tuned models of a workspace, each used once this month. */
export async function models(sql: postgres.Sql, where: Place, many: number): Promise<void> {
  await sql`
    insert into models (workspace_id, id, origin, name, base, model_server, upstream, created_by, created_at)
    select ${where.id}, 'ft:small:' || lpad(to_hex(i), 8, '0') || ':20261124:' || substr(md5(${where.slug}), 1, 8), 'fine-tuned',
      'Model ' || i, 'small', 'default', ${where.slug} || i, ${where.admin.id}, now() - make_interval(secs => i)
    from generate_series(1, ${many}::int) i`;
  await sql`
    insert into usage_hourly (workspace_id, hour, model, key_id, member_id, requests, errors, prompt_tokens, completion_tokens, cost, latency)
    select ${where.id}, date_trunc('hour', now(), 'UTC'), m.id, null, ${where.admin.id}, 1, 0, 10, 20, 0, '{0}'
    from models m where m.workspace_id = ${where.id}`;
}

/** Fills the table of keys to at least a million rows, with random secrets. */
export async function otherKeys(sql: postgres.Sql, where: Place, many: number): Promise<void> {
  await sql`
    insert into api_keys (workspace_id, id, name, secret_mac, pepper_version, last_four, created_by)
    select ${where.id}, substr(translate(encode(sha256((i::text || ${where.slug})::bytea), 'base64'), '+/=', 'xyz'), 1, 12), 'Other',
      sha256(i::text::bytea), 1, 'abcd', ${where.admin.id}
    from generate_series(1, ${many}::int) i on conflict do nothing`;
  await sql`analyze api_keys`;
}

/** Makes an invitation to a workspace and returns its token. */
export async function invitation(sql: postgres.Sql, where: Place, whom: Signed): Promise<string> {
  return (await insertInvitation(sql, where.id, where.admin.id, whom.email)).token;
}
