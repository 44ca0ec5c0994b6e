import type { Signed } from "../people";
import { type Procedure, procedures } from "./list";
import { type Input, samples } from "./samples";
import type { World } from "./world";

const known = new Map(procedures().map((procedure) => [procedure.path, procedure]));

/**
 * Returns the caller of a procedure without a workspace: the invited person for joining, an operator for the
 * instance.
 */
export function callerOf(path: string, { caller, invited, operators }: World): Signed {
  if (path.startsWith("instance.")) return operators[0];
  return /^(invitations|inviteLinks|joining)\./.test(path) ? invited : caller;
}

/**
 * Returns an input with which a procedure succeeds in a world, if its caller may call it. Required fields that have
 * the name of something in the world (`workspace`, `keyId` …) get its id; the others come from samples.ts.
 *
 * @returns undefined for a procedure that takes no input
 * @throws when a required field is neither in the world nor in samples.ts
 */
export function inputFor(path: string, world: World): Input | undefined {
  const procedure = known.get(path);
  if (!procedure) throw new Error(`there is no procedure ${path}`);
  if (Object.keys(procedure.shape).length === 0) return undefined;
  const sample = samples[path];
  const input = { ...named(procedure, world), ...(typeof sample === "function" ? sample(world) : sample) };
  const missing = Object.keys(procedure.shape).filter((field) => isRequired(procedure, field) && !(field in input));
  if (missing.length > 0) throw new Error(`samples.ts has no ${missing.join(", ")} for ${path}`);
  return input;
}

/** Returns the required fields that have the name of something in a world. */
function named(procedure: Procedure, { ids, sessionId, passkeyId }: World): Input {
  const values: Input = { ...ids, sessionId, passkeyId };
  return Object.fromEntries(Object.entries(values).filter(([field]) => isRequired(procedure, field)));
}

function isRequired({ shape }: Procedure, field: string): boolean {
  return shape[field]?.safeParse(undefined).success === false;
}
