import { type SQL, sql } from "drizzle-orm";
import type { KeyState } from "@/server/keys/list/input";
import { apiKeys } from "./schema/keys";

// Names with their table inside EXISTS. Drizzle omits the table when there is only one, and the name would then mean
// a column of the inner table.
const isLive = sql`${apiKeys.revokedAt} is null and (${apiKeys.expiresAt} is null or ${apiKeys.expiresAt} > now())`;
const isActive = sql`${isLive} and ${apiKeys.disabledAt} is null`;

/** For each state of a key, the condition on a row of `api_keys`. */
export const inKeyState: Record<KeyState, SQL> = {
  active: isActive,
  disabled: sql`${apiKeys.revokedAt} is null and ${apiKeys.disabledAt} is not null`,
  expired: sql`${apiKeys.revokedAt} is null and ${apiKeys.expiresAt} <= now()`,
  revoked: sql`${apiKeys.revokedAt} > now() - interval '1 hour'`,
  expiring: sql`${isActive} and ${apiKeys.expiresAt} < now() + interval '14 days'`,
  unused: sql`${isActive} and ${apiKeys.lastUsedAt} is null`,
  "no-expiry": sql`${isActive} and ${apiKeys.expiresAt} is null`,
  "no-limit": sql`${isActive} and ${apiKeys.monthlyLimit} is null and ${apiKeys.requestsPerMinute} is null and ${apiKeys.tokensPerMinute} is null`,
  idle: sql`${isActive} and coalesce(${apiKeys.lastUsedAt}, ${apiKeys.createdAt}) < now() - interval '60 days'`,
  // A former member may still know the secret of a key that they left to the workspace, until it is rotated.
  "owner-left": sql`${isActive} and ((${apiKeys.keptAt} is not null and ${apiKeys.replacedBy} is null)
    or (not ${apiKeys.isService} and not exists (
      select from memberships m where m.workspace_id = api_keys.workspace_id and m.user_id = api_keys.created_by)))`,
  "beyond-policy": sql`${isActive} and exists (
    select from workspaces w where w.id = api_keys.workspace_id
    and coalesce(api_keys.expires_at, 'infinity') > api_keys.created_at + make_interval(days => w.maximum_key_days))`,
};
