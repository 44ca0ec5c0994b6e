import type { SharedReads } from "@/db/shared-reads";
import type { Role } from "@/server/access/permissions";
import type { Person } from "@/server/auth/person";

/** Where a request came from, for the audit trail and the logs. */
export type Origin = { requestId: string; ip: string | null; userAgent: string | null };

/** What every procedure starts from: who asks (null: nobody signed in), and from where. */
export type Context = {
  person: Person | null;
  origin: Origin;
  /** Where the reads of one page meet; without it each procedure has a transaction of its own. */
  reads?: SharedReads;
  /** As which role the person wants to see the workspace of a slug, by a cookie of ours; null: as themselves. */
  viewAs?: (slug: string) => Role | null;
};

/**
 * Where a request came from, by its headers. The front of the process has put the request's id and the client's address
 * into them, replacing whatever the client sent.
 */
export function originOf(sent: { get(name: string): string | null }): Origin {
  return {
    requestId: sent.get("x-request-id") ?? "",
    ip: sent.get("x-client-address"),
    userAgent: sent.get("user-agent")?.slice(0, 400) ?? null,
  };
}
