import type { Db } from "@/db/client";
import { macOf } from "@/server/platform/sealed";
import * as former from "./queries";

/**
 * Returns the mailbox that an address most likely is: without what follows a `+`, and at Gmail without dots. Only for
 * recognising a former member, who by that has to ask an Admin and is refused nothing: elsewhere addresses are compared
 * exactly.
 */
export function mailboxOf(email: string): string {
  const at = email.lastIndexOf("@");
  const local = email.slice(0, at).replace(/(?<=.)\+.*$/, "");
  const domain = email.slice(at + 1);
  if (domain === "gmail.com" || domain === "googlemail.com") return `${local.replaceAll(".", "")}@gmail.com`;
  return `${local}@${domain}`;
}

/** Returns the marks of what a person signs in with, for one workspace, in the order in which their rows are locked. */
async function marksOf(db: Db, workspaceId: string, userId: string): Promise<Buffer[]> {
  const { email, subjects } = await former.identities(db, userId);
  const named = subjects.map(({ provider, subject }) => ["subject", provider, subject]);
  if (email) named.push(["address", mailboxOf(email)]);
  return named
    .map((parts) => macOf("former member", Buffer.from(JSON.stringify([workspaceId, ...parts]))))
    .sort(Buffer.compare);
}

/**
 * Stores how a person's membership ended, so that they are recognised in another account with the same address or the same
 * account at a provider. Does nothing for a person who left as they liked, whose membership had no end and whose role no Admin had
 * changed. The caller is inside the workspace.
 */
export async function rememberFormerMember(
  db: Db,
  workspaceId: string,
  userId: string,
  past: former.Past,
): Promise<void> {
  if (!past.mustAsk && !past.endsAt && !past.roleByAdmin) return;
  await former.store(db, workspaceId, await marksOf(db, workspaceId, userId), past);
}

/** Returns how a membership ended of a person who signs in with the same, in whichever account. The caller is inside the workspace. */
export async function recogniseFormerMember(
  db: Db,
  workspaceId: string,
  userId: string,
): Promise<former.Past | undefined> {
  return former.find(db, workspaceId, await marksOf(db, workspaceId, userId));
}

/** Forgets that a person was a member before, as they are one again. The caller is inside the workspace. */
export async function forgetFormerMember(db: Db, workspaceId: string, userId: string): Promise<void> {
  await former.forget(db, workspaceId, await marksOf(db, workspaceId, userId));
}
