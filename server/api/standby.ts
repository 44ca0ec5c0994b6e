import { type Db, type Scope, transaction } from "@/db/client";
import type { SharedReads } from "@/db/shared-reads";
import { isStandbyUsable, whileThere } from "@/db/standby";
import { standbyReads } from "@/server/platform/metrics";
import { Refusal } from "./refusals";
import { isDatabaseDown, type Meta } from "./trpc";

/**
 * Declares that a query may be answered by the standby of `DATABASE_READ_URL`, whose data is up to five seconds old.
 * It is for reports, exports and the audit log, not for data that must be current. The caller's permission is still
 * checked at the primary first. A change cannot be declared so: it does not compile, and a standby accepts no writes.
 */
export function fromStandby<Builder extends { query: unknown }>(procedure: Builder): Pick<Builder, "query"> {
  const builder = procedure as unknown as { meta(more: Pick<Meta, "isFromStandby">): Builder };
  return builder.meta({ isFromStandby: true });
}

type Outcome = { ok: boolean };

/**
 * Answers a query at the standby if possible, otherwise at the primary.
 *
 * @param admit checks at the primary whether the caller may do this, and returns what the read needs to know of that;
 * null: the caller changed something so recently that the standby may not have it. An error that it throws is the
 * answer
 * @param read reads at the standby
 * @param atPrimary checks and reads at the primary
 */
export async function preferStandby<Admitted, Result extends Outcome>(
  admit: () => Promise<Admitted | null>,
  read: (admitted: Admitted) => Promise<Result>,
  atPrimary: () => Promise<Result>,
): Promise<Result> {
  const insteadAtPrimary = (outcome: string) => {
    standbyReads.inc({ outcome });
    return atPrimary();
  };
  if (!isStandbyUsable()) return insteadAtPrimary("primary, not used");
  const admitted = await admit();
  if (admitted === null) return insteadAtPrimary("primary, changed");
  try {
    const result = await read(admitted);
    if (result.ok || !isForPrimary((result as unknown as { error: unknown }).error)) {
      standbyReads.inc({ outcome: "standby" });
      return result;
    }
  } catch (error) {
    if (!isForPrimary(error)) throw error;
  }
  return insteadAtPrimary("primary, failed");
}

/** Runs a read at the standby, in one transaction with the other reads of its page. */
export function readAtStandby<T>(
  reads: SharedReads | undefined,
  scope: Scope,
  run: (db: Db) => Promise<T>,
): Promise<T> {
  const { userId, workspaceId, asOperator } = scope;
  const key = ["standby", userId, workspaceId, asOperator].join(" ");
  return whileThere(
    reads ? reads.join(key, scope, async () => {}, run, "standby") : transaction("standby", scope, run),
  );
}

/** The error code of a statement that ran into its time limit. The primary should not run it again. */
const timedOut = "57014";

/**
 * Checks whether a query that failed at the standby should be tried at the primary: it conflicted with changes that
 * the standby replays, or a table, column or row is not there yet, or the connection failed.
 */
function isForPrimary(error: unknown): boolean {
  const causes = causesOf(error);
  if (causes.some((cause) => cause instanceof Refusal))
    return causes.some((cause) => (cause as Refusal).reason === "not_found");
  const codes = causes.map((cause) => (cause as { code?: unknown }).code);
  if (codes.includes(timedOut)) return false;
  return isDatabaseDown(error) || causes.some(isOfStandby);
}

const isOfStandby = (cause: object) =>
  (cause as Error).name === "StandbyLost" || /^[0-9A-Z]{5}$/.test(String((cause as { code?: unknown }).code));

function causesOf(error: unknown): object[] {
  const causes: object[] = [];
  for (
    let cause = error;
    typeof cause === "object" && cause !== null && causes.length < 6;
    cause = (cause as Error).cause
  )
    causes.push(cause);
  return causes;
}
