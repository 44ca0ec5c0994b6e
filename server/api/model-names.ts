import type { Role } from "@/server/access/permissions";
import { type AskAsReader, hideModels, revealModels, seesAllModels } from "@/server/membership/hidden-models/hide";

/**
 * Stands between a procedure inside a workspace and its caller: no answer names a model that is for others, and what the
 * caller was shown in place of its id is understood as the model again. Every such procedure goes through here, so a new one
 * cannot leave it out.
 *
 * @param ask runs something in a transaction inside the workspace, as its reader
 * @param call runs the procedure with this input
 * @param role the reader's, where it is known already: an Admin's answers are not looked through
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
