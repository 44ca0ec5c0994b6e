import { Refusal } from "../errors/errors";
import { isMissing, type Members } from "./members";

/**
 * Returns the refusal of a part of a request that chat completions cannot express: 400 `cannot_be_translated`, naming the field.
 *
 * @param param path of the field in the request: `tools.0`
 * @param what the value that is the reason, if the field alone does not say it
 * @param advice a sentence that says what to do instead
 */
export function untranslatable(param: string, what?: string, advice?: string): Refusal {
  const named = what === undefined ? param : `${param} (${what.slice(0, 100)})`;
  const sentence = `${named} cannot be translated to chat completions, the only API of this model's server.`;
  return refusal("cannot_be_translated", param, advice === undefined ? sentence : `${sentence} ${advice}`);
}

/** Returns the refusal of a field that does not have the form that the API documents: 400 `invalid_request`. */
export function malformed(param: string, expected: string): Refusal {
  return refusal("invalid_request", param, `${param} must be ${expected}.`);
}

function refusal(code: string, param: string, message: string): Refusal {
  return new Refusal({ status: 400, type: "invalid_request_error", code, param, message });
}

/**
 * Lists the members of a request that are in neither list, and refuses those of `refused` that say something: they cannot be translated, and
 * the answer would not be what was asked for without them.
 *
 * @returns the names that are known to neither
 */
export function checkFields(body: Members, known: ReadonlySet<string>, refused: ReadonlySet<string>): string[] {
  const unknown: string[] = [];
  for (const [name, value] of Object.entries(body)) {
    if (refused.has(name) && !saysNothing(value)) throw untranslatable(name);
    if (!refused.has(name) && !known.has(name) && !isMissing(value)) unknown.push(name);
  }
  return unknown;
}

function saysNothing(value: unknown): boolean {
  return isMissing(value) || value === false || value === 0 || (Array.isArray(value) && value.length === 0);
}
