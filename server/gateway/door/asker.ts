import type { Context } from "hono";
import type * as audit from "@/server/audit/queries";
import { frontHeader, type GatewayEnv } from "./authenticate";

/** Returns the actor of a request for the audit log: a key, with its member unless it is a service key. */
export function askerOf(c: Context<GatewayEnv>): audit.Actor & { keyId: string } {
  const { memberId, keyId } = c.get("bearer");
  return {
    person: memberId === null ? null : { id: memberId },
    keyId,
    origin: {
      requestId: frontHeader(c.env.incoming, "x-request-id") ?? "",
      ip: frontHeader(c.env.incoming, "x-client-address") ?? null,
      userAgent: c.req.header("user-agent")?.slice(0, 400) ?? null,
    },
  };
}
