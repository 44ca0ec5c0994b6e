import { createMiddleware } from "hono/factory";
import { database } from "@/db/client";
import { limits } from "@/server/platform/throttling/limits";
import { take } from "@/server/platform/throttling/queries";
import { Refusal } from "../errors/errors";
import type { GatewayEnv } from "./authenticate";

/**
 * Counts changes by programs against a limit of the person whose key it is, because each change writes a row to the
 * audit log. They count whatever their outcome. New routes are covered without being named here. Calls of models are
 * answered before this middleware and write no row.
 */
export const countChanges = createMiddleware<GatewayEnv>(async (c, next) => {
  if (c.req.method === "GET" || c.req.method === "HEAD") return next();
  const { memberId, keyId } = c.get("bearer");
  const seconds = await take(database(), limits.apiChangesPerHolder, memberId ?? keyId);
  if (seconds === 0) return next();
  throw new Refusal({
    status: 429,
    message: `Too many changes by this key's owner. Try again in ${seconds} seconds.`,
    type: "rate_limit_error",
    code: "too_many_changes",
    retryAfter: seconds,
  });
});
