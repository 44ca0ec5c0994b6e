import { randomBytes } from "node:crypto";

/** Matches characters that an id may not have: all except printable ASCII without spaces. */
const unfit = /[^!-~]/g;

/**
 * Returns a new id for a workspace's own model: `ft:<base>:<8 hex>:<yyyymmdd>:<8 hex>`. It is random: it can be neither
 * guessed nor chosen.
 */
export function newModelId(base: string, now: Date = new Date()): string {
  const random = () => randomBytes(4).toString("hex");
  const day = now.toISOString().slice(0, 10).replaceAll("-", "");
  return `ft:${base.replace(unfit, "-").slice(0, 200)}:${random()}:${day}:${random()}`;
}
