import type { Db } from "@/db/client";
import { accountEvents, auditEvents } from "@/db/schema/audit";
import type { Origin } from "@/server/api/context";
import type { AuditAction, AuditTarget } from "./catalogue";
import type { AuditDetails } from "./details";

/** A change in a workspace in the form of the audit log. `before` and `after` never contain a secret. */
export type AuditEvent<Action extends AuditAction = AuditAction> = {
  [A in Action]: {
    action: A;
    target: { type: AuditTarget<A>; id: string };
    before?: AuditDetails<A>;
    after?: AuditDetails<A>;
  };
}[Action];

/** Who made a change, and from where. `person` is null when Atelier made it. */
export type Actor = { person: { id: string } | null; origin: Origin };

/** Writes one row of the audit log, in the transaction of the change. */
export async function record(db: Db, workspaceId: string, actor: Actor, event: AuditEvent): Promise<void> {
  await db.insert(auditEvents).values(rowOf(workspaceId, actor, event));
}

/** Writes several rows of the audit log, in the transaction of the changes. */
export async function recordAll(db: Db, workspaceId: string, actor: Actor, events: AuditEvent[]): Promise<void> {
  await db.insert(auditEvents).values(events.map((event) => rowOf(workspaceId, actor, event)));
}

function rowOf(workspaceId: string, actor: Actor, event: AuditEvent): typeof auditEvents.$inferInsert {
  return {
    workspaceId,
    actorId: actor.person?.id ?? null,
    action: event.action,
    targetType: event.target.type,
    targetId: event.target.id,
    before: event.before ?? null,
    after: event.after ?? null,
    ip: actor.origin.ip,
    userAgent: actor.origin.userAgent,
    requestId: actor.origin.requestId,
  };
}

/** Writes a row about a change of a person's own account. */
export async function recordAccount(
  db: Db,
  actor: Actor & { person: { id: string } },
  action: string,
  detail?: Record<string, unknown>,
): Promise<void> {
  await recordAccounts(db, [actor.person], actor.origin, action, detail);
}

/** Writes the same row about a change of the account of each of these people. */
export async function recordAccounts(
  db: Db,
  people: { id: string }[],
  { ip, userAgent, requestId }: Origin,
  action: string,
  detail?: Record<string, unknown>,
): Promise<void> {
  const row = { action, detail: detail ?? null, ip, userAgent, requestId };
  await db.insert(accountEvents).values(people.map(({ id: userId }) => ({ ...row, userId })));
}
