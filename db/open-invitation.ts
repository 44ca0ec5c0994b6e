import { sql } from "drizzle-orm";
import { invitations } from "./schema/workspaces";

/**
 * Whether an invitation can still be answered, by the database's clock. Lists and counts of open invitations use this
 * condition. The procedure that answers one checks each part separately, to say what is wrong.
 */
export const isOpenInvitation = sql`(${invitations.status} = 'pending' and ${invitations.expiresAt} > now())`;
