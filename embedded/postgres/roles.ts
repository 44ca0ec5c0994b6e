import postgres from "postgres";
import { type Binaries, hasExtension } from "./binaries";

/** The passwords of the three roles of the embedded server. */
export type Passwords = { postgres: string; owner: string; app: string };

/** Connection URLs: `superuser` to the database `postgres`, the others to `atelier`. */
export type Urls = { superuser: string; owner: string; app: string };

/** Returns the URLs of a server on this port. */
export function urlsFor(port: number, passwords: Passwords): Urls {
  const url = (role: string, password: string, database: string) =>
    `postgres://${role}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
  return {
    superuser: url("postgres", passwords.postgres, "postgres"),
    owner: url("atelier_owner", passwords.owner, "atelier"),
    app: url("atelier_app", passwords.app, "atelier"),
  };
}

/**
 * Makes the missing roles, database and extension. `atelier_owner` owns the database and migrates it. `atelier_app`
 * owns nothing, is subject to row-level security, and serves the application. It may switch to `atelier_operator` for
 * the instance's pages, and to `atelier_looker` when an operator reads in a workspace that allows it.
 */
export async function ensureRoles(
  admin: postgres.Sql,
  urls: Urls,
  passwords: Passwords,
  binaries: Binaries,
): Promise<void> {
  const [state] = await admin<
    { owner: boolean; app: boolean; operator: boolean; looker: boolean; database: boolean }[]
  >`
    select exists (select from pg_roles where rolname = 'atelier_owner') as owner,
           exists (select from pg_roles where rolname = 'atelier_app') as app,
           exists (select from pg_auth_members
             where roleid = to_regrole('atelier_operator') and member = to_regrole('atelier_app')) as operator,
           exists (select from pg_auth_members
             where roleid = to_regrole('atelier_looker') and member = to_regrole('atelier_app')) as looker,
           exists (select from pg_database where datname = 'atelier') as database`;
  if (!state?.owner) await createRole(admin, "atelier_owner", passwords.owner);
  if (!state?.app) await createRole(admin, "atelier_app", passwords.app);
  if (!state?.operator) await makeReadingRole(admin, "atelier_operator");
  if (!state?.looker) await makeReadingRole(admin, "atelier_looker");
  if (state?.database) return;
  // With SET, the owner may switch to the app's role in a migration or a test; without INHERIT it never has those
  // rights by accident.
  await admin`grant atelier_app to atelier_owner with set true, inherit false, admin false`;
  // The database is made last and complete, so its existence proves that everything else exists.
  await admin`drop database if exists atelier_draft`;
  await admin`create database atelier_draft owner atelier_owner`;
  if (hasExtension(binaries, "pg_trgm")) {
    const draft = postgres(urls.superuser.replace(/\/postgres$/, "/atelier_draft"), { max: 1, onnotice: () => {} });
    await draft`create extension if not exists pg_trgm`.finally(() => draft.end());
  }
  await admin`revoke all on database atelier_draft from public`;
  await admin`grant connect on database atelier_draft to atelier_app`;
  await admin`alter database atelier_draft rename to atelier`;
}

/** Makes a role to which the application switches. A server of an earlier version does not have it yet. */
async function makeReadingRole(admin: postgres.Sql, name: "atelier_operator" | "atelier_looker"): Promise<void> {
  await admin.unsafe(`
    do $$ begin
      if to_regrole('${name}') is null then
        create role ${name} nologin nosuperuser nobypassrls nocreatedb nocreaterole noreplication;
      end if;
    end $$`);
  await admin.unsafe(`grant ${name} to atelier_app with set true, inherit false, admin false`);
}

async function createRole(admin: postgres.Sql, name: string, password: string): Promise<void> {
  // CREATE ROLE takes no parameters; these passwords are Base64url, made here.
  await admin.unsafe(
    `create role ${name} login nosuperuser nobypassrls nocreatedb nocreaterole noreplication password '${password.replaceAll("'", "''")}'`,
  );
}
