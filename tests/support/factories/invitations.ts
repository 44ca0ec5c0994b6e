import type postgres from "postgres";
import type { Role } from "@/server/access/permissions";
import { newToken } from "@/server/joining/invitations/token";

/** The values of an invitation that a test can choose; all others have defaults. */
export type InvitationValues = {
  role?: Role;
  status?: "pending" | "accepted" | "declined" | "revoked";
  isExpired?: boolean;
};

/** Inserts an invitation that lasts 7 days. Returns its id and the token in its link. */
export async function insertInvitation(
  sql: postgres.ISql,
  workspaceId: string,
  invitedBy: string,
  email: string,
  { role = "developer", status = "pending", isExpired = false }: InvitationValues = {},
): Promise<{ id: string; token: string }> {
  const { token, hash } = newToken();
  const [row] = await sql`
    insert into invitations (workspace_id, email, role, token_hash, invited_by, status, settled_at, expires_at)
    values (${workspaceId}, ${email}, ${role}, ${hash}, ${invitedBy}, ${status},
      ${status === "pending" ? null : new Date()}, now() + ${isExpired ? "-1 second" : "7 days"}::interval)
    returning id`;
  return { id: String(row?.id), token };
}
