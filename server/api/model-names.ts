import type { Role } from "@/server/access/permissions";
import { type AskAsReader, hideModels, revealModels, seesAllModels } from "@/server/membership/hidden-models/hide";

/**
 * Calls a procedure of a workspace so that its answer contains no id of a model that is hidden from the caller. In
 * the answer such ids are replaced by stand-ins, and stand-ins in the input are replaced by the ids. Every procedure
 * inside a workspace is called through this function, so a new one cannot omit it.
 *
 * @param ask runs a function in a transaction inside the workspace, as the reader
 * @param call runs the procedure with this input
 * @param role the reader's role if it is known already; an Admin sees all models, so their answers are not searched
 */
export async function withoutHiddenModels<Result extends { ok: boolean }>(
  ask: AskAsReader,
  input: unknown,
  type: string,
  call: (input: unknown) => Promise<Result>,
  role?: Role,
): Promise<Result> {
  if (seesAllModels(role)) return call(input);
  const asked = await revealModels(ask, input, type === "mutation");
  const result = await call(asked.input);
  if (!result.ok || !("data" in result)) return result;
  return { ...result, data: asked.echo(await hideModels(ask, result.data)) };
}
