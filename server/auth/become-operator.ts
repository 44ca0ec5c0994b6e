import { type Db, enterWorkspace, instanceLog } from "@/db/client";
import * as audit from "@/server/audit/queries";
import * as operators from "@/server/membership/operators/queries";
import { env } from "@/server/platform/env";

type SignedIn = audit.Actor & { person: { id: string } };

/**
 * Makes a person who has just signed in an operator in two cases: OPERATORS has their verified address, or OPERATORS is
 * not set and they are the first person who signs in here. If two sign in at the same time, the first to commit becomes
 * the operator. Must be called before the sign-in is recorded.
 *
 * @param verifiedEmail their address; null: not verified
 */
export async function becomeOperator(db: Db, actor: SignedIn, verifiedEmail: string | null): Promise<void> {
  const { operators: named } = env();
  const userId = actor.person.id;
  if (named.length > 0) {
    if (verifiedEmail && named.includes(verifiedEmail)) await add(db, actor, "environment");
    return;
  }
  if (await operators.hasAny(db)) return;
  await operators.lockOperators(db);
  // Checked again after the lock: another sign-in may have held it, and this statement sees what that one committed.
  if ((await operators.hasAny(db)) || (await operators.hasAnotherSignedIn(db, userId))) return;
  await add(db, actor, "first");
}

async function add(db: Db, actor: SignedIn, source: "first" | "environment"): Promise<void> {
  if (!(await operators.add(db, actor.person.id, source, null))) return;
  await enterWorkspace(db, instanceLog);
  await audit.record(db, instanceLog, actor, {
    action: source === "first" ? "operator.first" : "operator.named",
    target: { type: "person", id: actor.person.id },
  });
}
