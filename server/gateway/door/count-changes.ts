import { createMiddleware } from "hono/factory";
import { database } from "@/db/client";
import { limits } from "@/server/platform/throttling/limits";
import { take } from "@/server/platform/throttling/queries";
import { Refusal } from "../errors/errors";
import type { GatewayEnv } from "./authenticate";

/**
 * Holds what programs change to a limit for the person whose key it is: each change leaves a row in the audit log. Counted
 * whatever its outcome. A new route is held to it without being named here; what uses models is answered before and leaves no row.
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
