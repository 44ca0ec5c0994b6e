import type { SharedReads } from "@/db/shared-reads";
import type { Permission, Role } from "@/server/access/permissions";
import type { ChosenFormats } from "@/server/platform/formats";

/** A signed-in person. Their roles are not in it, because each check looks them up. */
export type Person = {
  id: string;
  name: string;
  email: string;
  /** Whether the person has proved that the address is theirs. */
  isVerified: boolean;
  /** The hash of the person's picture; null: they have none. */
  avatar: string | null;
  /** How dates and numbers are formatted for this person. */
  formats: ChosenFormats;
  sessionId: string;
  signedInAt: Date;
};

/**
 * A session that waits for a passkey. Until then the person counts as signed out, except where a passkey is added or
 * used. `add`: they have no passkey yet.
 */
export type Waiting = { step: "add" | "use"; person: Person };

/** The person of a session. At most one of the two is set. */
export type SignedIn = { person: Person | null; waiting?: Waiting | null };

/** Where a request came from, for the audit trail and the logs. */
export type Origin = { requestId: string; ip: string | null; userAgent: string | null };

/** An attempt that was refused because of the member's role, in the workspace with this slug. */
export type RefusedAttempt = {
  slug: string;
  person: { id: string };
  origin: Origin;
  /** The path of the procedure, or the name of what takes its place. */
  procedure: string;
  permission: Permission;
};

/**
 * What every procedure is called with: the person (null: signed out, or the session waits for a passkey), and where
 * the request comes from.
 */
export type Context = SignedIn & {
  origin: Origin;
  /**
   * Writes a refused attempt to the audit log, in a transaction of its own. It is passed in because `server/api` may
   * not import the audit log.
   */
  recordRefused: (attempt: RefusedAttempt) => Promise<void>;
  /** Lets the reads of one page share a transaction. Without it each procedure has a transaction of its own. */
  reads?: SharedReads;
  /** Returns the role as which the person views the workspace with this slug, from a cookie; null: their own role. */
  viewAs?: (slug: string) => Role | null;
};

/**
 * Returns where a request came from, read from its headers. The front of the process has written the request's id and
 * the client's address into them and removed what the client sent under these names.
 */
export function originOf(sent: { get(name: string): string | null }): Origin {
  return {
    requestId: sent.get("x-request-id") ?? "",
    ip: sent.get("x-client-address"),
    userAgent: sent.get("user-agent")?.slice(0, 400) ?? null,
  };
}
