import { createHash } from "node:crypto";

/** An audit event in the form that is sealed: `at` in UTC to the microsecond, all other fields as they are stored. */
export type SealedEvent = {
  workspaceId: string;
  id: string;
  /** For example 2026-11-24T05:59:57.123456Z. */
  at: string;
  actorId: string | null;
  action: string;
  targetType: string;
  targetId: string;
  before: unknown;
  after: unknown;
  ip: string | null;
  userAgent: string | null;
  requestId: string | null;
};

/** The hash before a workspace's first event: 32 zero bytes. */
export const beginning: Buffer = Buffer.alloc(32);

/**
 * Returns the hash that seals an event: the SHA-256 of the hash before it (32 bytes) and its canonical form (UTF-8).
 */
export function seal(previous: Uint8Array, event: SealedEvent): Buffer {
  return createHash("sha256").update(previous).update(canonicalForm(event)).digest();
}

/**
 * Returns an event as a text that is identical wherever it is computed: JSON as defined by RFC 8785, that is without
 * spaces, with an object's names sorted by their UTF-16 code units, and with strings and numbers as ECMAScript writes
 * them. People appear in it by id only.
 */
export function canonicalForm(event: SealedEvent): string {
  const { workspaceId, id, at, actorId, action, targetType, targetId, before, after, ip, userAgent, requestId } = event;
  return canonical({
    ...{ workspaceId, id, at, actorId, action, targetType, targetId, before, after, ip, userAgent, requestId },
  });
}

/** Returns the canonical JSON of a value (RFC 8785). */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.entries(value)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`);
  return `{${members.join(",")}}`;
}
