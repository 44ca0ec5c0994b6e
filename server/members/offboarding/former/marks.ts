import type { Db } from "@/db/client";
import { macOf } from "@/server/platform/sealed";
import * as former from "./queries";

/**
 * Returns the most likely mailbox of an address: without the part after a `+`, and at Gmail without dots. Used only to
 * recognise a former member, who must then ask an Admin and is refused nothing else. Everywhere else addresses are
 * compared exactly.
 */
export function mailboxOf(email: string): string {
  const at = email.lastIndexOf("@");
  const local = email.slice(0, at).replace(/(?<=.)\+.*$/, "");
  const domain = email.slice(at + 1);
  if (domain === "gmail.com" || domain === "googlemail.com") return `${local.replaceAll(".", "")}@gmail.com`;
  return `${local}@${domain}`;
}

/**
 * Returns a person's marks for one workspace: HMACs of their address and their accounts at providers. The order is that
 * in which their rows are locked.
 */
async function marksOf(db: Db, workspaceId: string, userId: string): Promise<Buffer[]> {
  const { email, subjects } = await former.identities(db, userId);
  const named = subjects.map(({ provider, subject }) => ["subject", provider, subject]);
  if (email) named.push(["address", mailboxOf(email)]);
  return named
    .map((parts) => macOf("former member", Buffer.from(JSON.stringify([workspaceId, ...parts]))))
    .sort(Buffer.compare);
}

/**
 * Stores how a person's membership ended, so that they are recognised in another account with the same address or the
 * same account at a provider. Does nothing for a person who left by their own choice, had no end date, and whose role
 * no Admin had changed. Must be called inside the workspace.
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

/**
 * Returns how the earlier membership of a person ended, found by what they sign in with, in any account. Must be called
 * inside the workspace.
 */
export async function recogniseFormerMember(
  db: Db,
  workspaceId: string,
  userId: string,
): Promise<former.Past | undefined> {
  return former.find(db, workspaceId, await marksOf(db, workspaceId, userId));
}

/**
 * Deletes the record of a person's earlier membership, because they are a member again. Must be called inside the
 * workspace.
 */
export async function forgetFormerMember(db: Db, workspaceId: string, userId: string): Promise<void> {
  await former.forget(db, workspaceId, await marksOf(db, workspaceId, userId));
}
