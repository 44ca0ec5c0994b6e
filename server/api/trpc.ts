import { initTRPC } from "@trpc/server";
import { ZodError } from "zod";
import type { Permission } from "@/server/access/permissions";
import type { Limit } from "@/server/platform/throttling/limits";
import { traced } from "@/server/platform/tracing/tracing";
import type { Context } from "./context";
import type { Freshness } from "./freshness";
import { type CountedCeiling, type Reason, Refusal, refuse } from "./refusals";

/** What a procedure asks of its caller: nothing, a session, to run this instance, or a permission in the workspace it names. */
export type Access = "public" | "signed-in" | "operator" | Permission;

/** What a procedure declares about itself; tests walk the router and hold each to it. */
export type Meta = {
  access: Access;
  /** How fresh a change wants the sign-in to be. */
  freshness?: Freshness;
  /** How often one person may do it. */
  limit?: Limit;
  /** The refusals it may answer with, besides those of every procedure of its kind. */
  refuses?: readonly Reason[];
  /** Whether it can be called in a session that waits for a passkey; see `beforePasskey`. */
  isBeforePasskey?: boolean;
  /** Whether it can be done in a suspended workspace; see `evenSuspended`. */
  evenSuspended?: boolean;
  /** Whether it shows prompts or contents of files; see `showingContents`. */
  hasContents?: boolean;
  /** Whether it may be answered by a standby, which lags; see `fromStandby`. */
  isFromStandby?: boolean;
};

export const t = initTRPC
  .context<Context>()
  .meta<Meta>()
  .create({
    isDev: false,
    defaultMeta: undefined as unknown as Meta,
    errorFormatter: ({ shape, error }) => {
      const refusal = refusalOf(error);
      return {
        message: refusal.message,
        code: shape.code,
        data: {
          code: shape.data.code,
          httpStatus: shape.data.httpStatus,
          reason: refusal.reason,
          fields: refusal.fields,
        },
      };
    },
  });

/** Begins every procedure: each is a span, called after it. */
export const procedure = t.procedure.use(({ path, next }) =>
  traced("internal", `procedure ${path}`, {}, async (span) => {
    const result = await next();
    if (!result.ok) {
      const { reason } = refusalOf(result.error);
      span.set({ "atelier.refusal": reason });
      if (reason === "bug" || reason === "unavailable") span.fail(reason);
    }
    return result;
  }),
);

/** Returns what of an error may be told: a refusal as it is, a rejected input by its fields, anything else not at all. */
export function refusalOf(error: { code?: string; cause?: unknown }): {
  reason: string;
  message: string;
  fields: Record<string, string>;
  /** When trying again can succeed, for a limit. */
  retryAfterSeconds?: number | undefined;
  /** The operators' ceiling that is reached, where it is that. */
  ceiling?: CountedCeiling | undefined;
} {
  const { cause } = error;
  if (cause instanceof Refusal) return cause;
  if (cause instanceof ZodError)
    return { reason: "invalid_input", message: "Check the marked fields.", fields: fieldMessages(cause) };
  if (isDatabaseDown(error)) return refuse("unavailable").cause as Refusal;
  if (error.code && error.code !== "INTERNAL_SERVER_ERROR")
    return { reason: error.code.toLowerCase(), message: "That request cannot be understood.", fields: {} };
  return { reason: "bug", message: "Something went wrong. It has been logged; try again.", fields: {} };
}

function fieldMessages(error: ZodError): Record<string, string> {
  const fields: Record<string, string> = Object.create(null);
  for (const issue of error.issues) fields[String(issue.path[0] ?? "form")] ??= issue.message;
  return fields;
}

const unreachable = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOTFOUND",
  "ETIMEDOUT",
  "EPIPE",
  "CONNECT_TIMEOUT",
  "CONNECTION_CLOSED",
  "CONNECTION_ENDED",
  "CONNECTION_DESTROYED",
  "TX_CONNECTION_LOST",
  "57P01",
  "57P02",
  "57P03",
  "53300",
  "08000",
  "08003",
  "08006",
  // Waited too long for a lock, was the victim of a deadlock, or has too much waiting already: later it works.
  "55P03",
  "40P01",
  "TOO_MANY_WAITING",
  // No connection of the pool came free in time.
  "POOL_EXHAUSTED",
]);

/** Checks whether an error, or what caused it, says that the database cannot be reached just now. */
export function isDatabaseDown(error: unknown): boolean {
  for (let cause = error, depth = 0; cause && depth < 6; cause = (cause as { cause?: unknown }).cause, depth++) {
    const { code } = cause as { code?: unknown };
    if (typeof code === "string" && unreachable.has(code)) return true;
  }
  return false;
}
