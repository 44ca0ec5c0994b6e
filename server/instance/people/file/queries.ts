import { and, eq, sql } from "drizzle-orm";
import { type Db, instanceLog } from "@/db/client";
import { auditEvents } from "@/db/schema/audit";

/** So long may a file take from its beginning on, as the instance's log has it. */
const longest = sql`interval '1 hour'`;

/** Checks whether an operator began to take the file of a person a short while ago: the instance's log says so. */
export async function isBegun(db: Db, operatorId: string, userId: string): Promise<boolean> {
  const [row] = await db
    .select({ id: auditEvents.id })
    .from(auditEvents)
    .where(
      and(
        eq(auditEvents.workspaceId, instanceLog),
        eq(auditEvents.actorId, operatorId),
        eq(auditEvents.action, "person.exported"),
        eq(auditEvents.targetId, userId),
        sql`${auditEvents.at} > now() - ${longest}`,
      ),
    )
    .limit(1);
  return row !== undefined;
}
