import { and, eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { auditEvents } from "@/db/schema/audit";
import type { AuditFilters } from "../input";

/** How long the parts of a download can be read after its beginning, which is in the log. */
const longest = sql`interval '12 hours'`;

/** Checks in a log whether a person has lately begun a download of it with exactly these filters. */
export async function isBegun(
  db: Db,
  workspaceId: string,
  personId: string,
  action: "audit.exported" | "instance.audit_exported",
  { search, ...filters }: AuditFilters,
): Promise<boolean> {
  const asked = JSON.stringify({ ...filters, ...(search ? { search } : {}) });
  const [row] = await db
    .select({ id: auditEvents.id })
    .from(auditEvents)
    .where(
      and(
        eq(auditEvents.workspaceId, workspaceId),
        eq(auditEvents.actorId, personId),
        eq(auditEvents.action, action),
        sql`${auditEvents.at} > now() - ${longest}`,
        sql`${auditEvents.after} - 'format' = ${asked}::jsonb`,
      ),
    )
    .limit(1);
  return row !== undefined;
}
