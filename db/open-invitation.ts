import { sql } from "drizzle-orm";
import { invitations } from "./schema/workspaces";

/** Whether an invitation can still be answered, by the database's clock. What is listed or counted as open asks it; who answers one looks at each part by itself. */
export const isOpenInvitation = sql`(${invitations.status} = 'pending' and ${invitations.expiresAt} > now())`;
