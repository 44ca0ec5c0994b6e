import { initTRPC } from "@trpc/server";
import { ZodError } from "zod";
import type { Permission } from "@/server/access/permissions";
import type { Limit } from "@/server/platform/throttling/limits";
import { traced } from "@/server/platform/tracing/tracing";
import type { Context } from "./context";
import type { Freshness } from "./freshness";
import { type CountedCeiling, type Reason, Refusal, refuse } from "./refusals";

/**
 * Who may call a procedure: all people, people with a session, operators, or members with this permission in the
 * workspace that the input names.
 */
export type Access = "public" | "signed-in" | "operator" | Permission;

/** What a procedure declares about itself. Tests read it from the router and check each procedure against it. */
export type Meta = {
  access: Access;
  /** How recently the person must have signed in for this change. */
  freshness?: Freshness;
  /** How often one person may call it. */
  limit?: Limit;
  /** The refusals that it may answer with, in addition to those of every procedure of its kind. */
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

/** Begins every procedure. Each call is a span in a trace, named after the procedure. */
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

/**
 * Returns the part of an error that the client may see: a refusal as it is, rejected input as sentences by field, and
 * nothing of any other error.
 */
export function refusalOf(error: { code?: string; cause?: unknown }): {
  reason: string;
  message: string;
  fields: Record<string, string>;
  /** Seconds until another attempt can succeed, for a limit. */
  retryAfterSeconds?: number | undefined;
  /** The operators' ceiling that is reached, for a refusal of that kind. */
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
  // A lock was not available in time, the statement was the victim of a deadlock, or too many transactions wait
  // already: a later attempt can succeed.
  "55P03",
  "40P01",
  "TOO_MANY_WAITING",
  // No connection of the pool became free in time.
  "POOL_EXHAUSTED",
]);

/** Checks whether an error, or one of its causes, means that the database cannot be reached at the moment. */
export function isDatabaseDown(error: unknown): boolean {
  for (let cause = error, depth = 0; cause && depth < 6; cause = (cause as { cause?: unknown }).cause, depth++) {
    const { code } = cause as { code?: unknown };
    if (typeof code === "string" && unreachable.has(code)) return true;
  }
  return false;
}
