import type { SharedReads } from "@/db/shared-reads";
import type { Permission, Role } from "@/server/access/permissions";
import type { ChosenFormats } from "@/server/platform/formats";

/** A signed-in person. Roles are not in it: each check looks them up. */
export type Person = {
  id: string;
  name: string;
  email: string;
  /** Whether the person has shown that the address is theirs. */
  isVerified: boolean;
  /** Which picture of theirs there is, by its content; null: none. */
  avatar: string | null;
  /** How dates and numbers are written for them. */
  formats: ChosenFormats;
  sessionId: string;
  signedInAt: Date;
};

/** A person whose session waits for a passkey: until then they count as signed out everywhere but where one is added. `add`: they have none yet. */
export type Waiting = { step: "add" | "use"; person: Person };

/** Whom a session is of: of these two at most one. */
export type SignedIn = { person: Person | null; waiting?: Waiting | null };

/** Where a request came from, for the audit trail and the logs. */
export type Origin = { requestId: string; ip: string | null; userAgent: string | null };

/** What was asked for and refused, by whom, in the workspace with this slug. */
export type RefusedAttempt = {
  slug: string;
  person: { id: string };
  origin: Origin;
  /** The procedure's path, or what stands for it. */
  procedure: string;
  permission: Permission;
};

/** What every procedure starts from: the person (null: signed out, or their session waits for a passkey), and where the request comes from. */
export type Context = SignedIn & {
  origin: Origin;
  /** Writes a refused attempt to the audit log, in a transaction of its own; the kernel does not know the log itself. */
  recordRefused: (attempt: RefusedAttempt) => Promise<void>;
  /** Where the reads of one page meet; without it each procedure has a transaction of its own. */
  reads?: SharedReads;
  /** As which role the person wants to see the workspace of a slug, by a cookie of ours; null: as themselves. */
  viewAs?: (slug: string) => Role | null;
};

/**
 * Returns where a request came from, by its headers. The front of the process has put the request's id and the client's address
 * into them, replacing whatever the client sent.
 */
export function originOf(sent: { get(name: string): string | null }): Origin {
  return {
    requestId: sent.get("x-request-id") ?? "",
    ip: sent.get("x-client-address"),
    userAgent: sent.get("user-agent")?.slice(0, 400) ?? null,
  };
}
