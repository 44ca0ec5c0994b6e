import type { KeyFlaw } from "@/server/keys/list/input";

type Text = {
  /** After a count. */
  one: string;
  many: string;
  /** After "keys". */
  which: string;
  /** The suggested action. */
  fix: "expire" | "limit" | "disable" | "revoke";
};

/** The texts for each flaw. */
export const flawText: Record<KeyFlaw, Text> = {
  "no-expiry": { one: "key never expires", many: "keys never expire", which: "that never expire", fix: "expire" },
  "beyond-policy": {
    one: "key lives longer than the policy",
    many: "keys live longer than the policy",
    which: "that live longer than the policy",
    fix: "expire",
  },
  "no-limit": { one: "key has no limit", many: "keys have no limit", which: "without a limit", fix: "limit" },
  idle: {
    one: "key was not used for 60 days",
    many: "keys were not used for 60 days",
    which: "not used for 60 days",
    fix: "disable",
  },
  "owner-left": {
    one: "key's owner has left",
    many: "keys' owners have left",
    which: "whose owner has left",
    fix: "disable",
  },
};
