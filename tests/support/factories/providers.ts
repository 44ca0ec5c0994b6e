import { randomUUID } from "node:crypto";
import type postgres from "postgres";
import { sealSecret } from "@/server/auth/providers/stored";
import { serviceAddresses } from "@/server/auth/saml/service";
import { sealKey } from "@/server/model-servers/providers/stored";

type More = { url?: string; key?: string; state?: string; workspaces?: string[] | null; models?: object[] | null };

/** An address at which no server listens. */
const nowhere = "http://127.0.0.1:9/v1";

/** Inserts a model provider of the instance and returns its id. */
export async function insertProvider(
  sql: postgres.ISql,
  name: string,
  { url = nowhere, key, state = "active", workspaces = null, models = null }: More = {},
): Promise<string> {
  const id = randomUUID();
  await sql`
    insert into instance_providers (id, name, url, key_sealed, state, allowed_workspaces, models)
    values (${id}, ${name}, ${url}, ${key === undefined ? null : sealKey(url, key)}, ${state},
      ${workspaces === null ? null : sql.array(workspaces, 2950)}, ${models === null ? null : JSON.stringify(models)}::text::jsonb)`;
  return id;
}

/** Inserts a sign-in provider. Returns its id. */
export async function insertSignInProvider(
  sql: postgres.ISql,
  name: string,
  { issuer = "http://127.0.0.1:9", secret = "a-secret", isEnabled = false, trustEmail = false } = {},
): Promise<string> {
  const id = randomUUID();
  await sql`
    insert into sign_in_providers (id, name, issuer, client_id, secret_sealed, scope, trust_email, email_claim, is_enabled)
    values (${id}, ${name}, ${issuer}, 'atelier', ${sealSecret({ id, issuer }, secret)}, 'openid email profile', ${trustEmail},
      'email', ${isEnabled})`;
  return id;
}

/** Inserts a model provider of a workspace and returns its id. */
export async function insertOwnProvider(
  sql: postgres.ISql,
  workspaceId: string,
  { name = "mine", url = nowhere, key, state = "active" }: More & { name?: string } = {},
): Promise<string> {
  const id = randomUUID();
  await sql`
    insert into workspace_providers (workspace_id, id, name, url, key_sealed, state)
    values (${workspaceId}, ${id}, ${name}, ${url}, ${key === undefined ? null : sealKey(url, key)}, ${state})`;
  return id;
}

/** Allows workspaces their own model providers, optionally in these private networks too. */
export async function allowOwnProviders(sql: postgres.ISql, ranges: string[] = []): Promise<void> {
  await sql`
    update instance_settings set are_own_providers_allowed = true, own_provider_ranges = ${sql.array(ranges, 25)}
    where not are_own_providers_allowed or own_provider_ranges <> ${sql.array(ranges, 25)}`;
}

/** Inserts a SAML sign-in provider. Returns its id. */
export async function insertSamlProvider(
  sql: postgres.ISql,
  name: string,
  { issuer = "https://login.example.com/entity", certificates = [] as string[], isEnabled = false } = {},
): Promise<string> {
  const id = randomUUID();
  const { entityId } = serviceAddresses({ id });
  await sql`
    insert into sign_in_providers
      (id, name, protocol, issuer, client_id, sign_in_url, certificates, trust_email, email_claim, is_enabled)
    values (${id}, ${name}, 'saml', ${issuer}, ${entityId}, 'https://login.example.com/sso', string_to_array(${certificates.join("|")}, '|'),
      true, 'email', ${isEnabled})`;
  return id;
}
