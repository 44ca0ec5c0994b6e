import type { KeyFlaw } from "@/server/key-list/input";

/** What each flaw is, after a count, and what is usually done about it. */
export const flawText: Record<KeyFlaw, { one: string; many: string; fix: "expire" | "limit" | "disable" | "revoke" }> =
  {
    "no-expiry": { one: "key never expires", many: "keys never expire", fix: "expire" },
    "beyond-policy": {
      one: "key lives longer than the policy",
      many: "keys live longer than the policy",
      fix: "expire",
    },
    "no-limit": { one: "key has no limit", many: "keys have no limit", fix: "limit" },
    idle: { one: "key was not used for 60 days", many: "keys were not used for 60 days", fix: "disable" },
    "owner-left": { one: "key's owner has left", many: "keys' owners have left", fix: "disable" },
  };
