import { and, eq, sql } from "drizzle-orm";
import { type Db, instanceLog } from "@/db/client";
import { auditEvents } from "@/db/schema/audit";

/** How long a file can be downloaded after its beginning, which is in the instance's log. */
const longest = sql`interval '1 hour'`;

/** Checks in the instance's log whether an operator has recently begun the file of a person. */
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
