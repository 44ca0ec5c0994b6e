import { afterEach, expect } from "vitest";
import { type Meta, refusalOf } from "@/server/api/trpc";
import { appRouter } from "@/server/composition/router";

type Definition = { type: "query" | "mutation"; meta: Meta };

/** Returns the refusals that every procedure of its kind can answer with. */
function commonRefusals({ type, meta: { access, freshness } }: Definition): string[] {
  const isChange = type === "mutation";
  const isInside = !["public", "signed-in", "operator"].includes(access);
  return [
    ...["invalid_input", "unavailable"],
    ...(access === "public" ? [] : ["not_signed_in", "passkey_required"]),
    ...(isInside ? ["not_found", "not_permitted", "moved"] : []),
    ...(access === "operator" ? ["not_found"] : []),
    ...(isInside ? ["looking_inside"] : []),
    ...(isInside && isChange ? ["viewing_as"] : []),
    ...(isInside && (isChange || access === "model:use") ? ["workspace_suspended"] : []),
    ...(isChange && access !== "public" ? ["too_many"] : []),
    ...(freshness && freshness !== "any" ? ["sign_in_again"] : []),
  ];
}

const undeclared: string[] = [];

/** Notes a refusal that the procedure with this path does not declare. The test that met it fails. */
export function checkDeclared(path: string | undefined, error: { code?: string; cause?: unknown }): void {
  const { reason } = refusalOf(error);
  const procedure = (appRouter._def.procedures as unknown as Record<string, { _def: Definition }>)[path ?? ""];
  if (!procedure || reason === "bug") return;
  const { _def: definition } = procedure;
  if (![...commonRefusals(definition), ...(definition.meta.refuses ?? [])].includes(reason))
    undeclared.push(`${path}: ${reason}`);
}

// A test may make a procedure fail on purpose, but never with a refusal that the procedure does not declare.
afterEach(() => {
  expect(undeclared.splice(0), "refusals that `refusing([...])` does not declare").toEqual([]);
});
