import type { Db } from "@/db/client";
import { changeBy } from "./changes";
import type { Person } from "./context";
import type { SignIn } from "./freshness";
import type { Meta } from "./trpc";

const mode = (type: string) => (type === "query" ? ("read" as const) : ("write" as const));

type Call = { ctx: { person: Person }; type: string; meta: Meta | undefined };
/** Runs one transaction of a procedure. */
export type Step<Scope> = <T>(kind: "read" | "write", run: (scope: Scope) => Promise<T>) => Promise<T>;
type Outcome = { ok: boolean };

/** Runs a procedure that is one transaction, and applies what it declares. `open` begins the transaction. */
export function inOne<Scope extends { db: Db }, Result extends Outcome>(
  { ctx, type, meta }: Call,
  open: Step<Scope>,
  run: (more: Scope & { signIn: SignIn }) => Promise<Result>,
): Promise<Result> {
  const change = changeBy(ctx.person, type, meta);
  return open(mode(type), (scope) => change.within(scope.db, () => settled(run({ ...scope, signIn: change.signIn }))));
}

/**
 * Runs a procedure that takes several transactions, and applies what it declares. `open` begins each transaction. A
 * change is counted before its first transaction.
 */
export async function inSteps<Scope extends { db: Db }, Result extends Outcome>(
  { ctx, type, meta }: Call,
  open: Step<Scope>,
  run: (more: { signIn: SignIn }) => Promise<Result>,
): Promise<Result> {
  const change = changeBy(ctx.person, type, meta);
  if (change.limit) await open("write", ({ db }) => change.before(db));
  return change.after(await run({ signIn: change.signIn }));
}

/** Throws the error of a procedure so that the transaction rolls back; tRPC returns errors as values. */
async function settled<T extends { ok: boolean }>(outcome: Promise<T>): Promise<T> {
  const result = await outcome;
  if (!result.ok) throw (result as unknown as { error: Error }).error;
  return result;
}
