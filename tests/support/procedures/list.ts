import type { z } from "zod";
import { type Access, type Meta, refusalOf } from "@/server/api/trpc";
import { appRouter } from "@/server/composition/router";
import type { Caller } from "../people";

/**
 * A procedure as the router contains it. `shape` has a schema per field of its input; it is empty when there is none.
 */
export type Procedure = {
  path: string;
  type: "query" | "mutation";
  access: Access | undefined;
  freshness: Meta["freshness"];
  limit: Meta["limit"];
  isFromStandby: boolean;
  shape: Record<string, z.ZodType>;
};

/** Returns all procedures. */
export function procedures(): Procedure[] {
  return Object.entries(appRouter._def.procedures as Record<string, unknown>).map(([path, procedure]) => {
    const { type, meta, inputs } = (procedure as { _def: unknown })._def as {
      type: "query" | "mutation";
      meta?: Partial<Meta>;
      inputs: { shape?: Record<string, z.ZodType> }[];
    };
    const { access, freshness, limit, isFromStandby = false } = meta ?? {};
    // The input of a procedure that takes none is an optional schema.
    const shapes = inputs.map((input) => input?.shape ?? {});
    return { path, type, access, freshness, limit, isFromStandby, shape: Object.assign({}, ...shapes) };
  });
}

/** Returns the procedures inside a workspace: those that ask for a permission. */
export function workspaceProcedures(): Procedure[] {
  return procedures().filter(({ access }) => access && !["public", "signed-in", "operator"].includes(access));
}

/** Returns the procedures of the instance: those that ask for an operator. */
export function instanceProcedures(): Procedure[] {
  return procedures().filter(({ access }) => access === "operator");
}

/** The result of a call, as its caller sees it. */
export type Outcome = { reason: string; code: string; message: string } | { value: unknown };

/** Calls a procedure by its path. */
export async function call(api: Caller, path: string, input: unknown): Promise<Outcome> {
  const procedure = path
    .split(".")
    .reduce((at, name) => at[name] as never, api as unknown as Record<string, (input: unknown) => Promise<unknown>>);
  try {
    return { value: await (procedure as unknown as (input: unknown) => Promise<unknown>)(input) };
  } catch (error) {
    const { reason, message } = refusalOf(error as { code?: string; cause?: unknown });
    return { reason, code: (error as { code?: string }).code ?? "", message };
  }
}
