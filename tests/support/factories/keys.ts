import { randomBytes } from "node:crypto";
import type postgres from "postgres";

/** The values of an API key that a test can choose; all others have defaults. */
export type KeyValues = { name?: string; isRevoked?: boolean; isService?: boolean };

/** Inserts an API key with an unknown secret. Returns its id. */
export async function insertKey(
  sql: postgres.ISql,
  workspaceId: string,
  createdBy: string,
  { name = "A key", isRevoked = false, isService = false }: KeyValues = {},
): Promise<string> {
  const id = randomBytes(6).toString("hex");
  await sql`
    insert into api_keys (workspace_id, id, name, secret_mac, pepper_version, last_four, created_by, is_service, revoked_at)
    values (${workspaceId}, ${id}, ${name}, ${randomBytes(32)}, 1, 'abcd', ${createdBy}, ${isService}, ${isRevoked ? new Date() : null})`;
  return id;
}

/** Writes `many` API keys named "<name> 1" … in one statement. */
export async function insertKeys(
  sql: postgres.ISql,
  workspaceId: string,
  createdBy: string,
  many: number,
  { name = "Key" } = {},
): Promise<void> {
  const tag = randomBytes(8).toString("hex");
  await sql`
    insert into api_keys (workspace_id, id, name, secret_mac, pepper_version, last_four, created_by)
    select ${workspaceId}, substr(md5(${tag} || i), 1, 12), ${`${name} `} || i, sha256(i::text::bytea), 1, 'abcd', ${createdBy}
    from generate_series(1, ${many}::int) i`;
}
