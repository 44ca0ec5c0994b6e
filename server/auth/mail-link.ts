import { sql } from "drizzle-orm";
import { type Db, database } from "@/db/client";
import { instanceSettings } from "@/db/schema/instance";
import { refuse, refuseInWords } from "@/server/api/refusals";
import { arePasskeysPossible } from "./passkeys/web-authn";
import { listProviders } from "./providers/list";

/** Returns whether operators allow sign-in by mailed links. */
export async function isMailLinkOn(db: Db = database()): Promise<boolean> {
  const [row] = await db.select({ isOn: instanceSettings.isMailLinkOn }).from(instanceSettings);
  return row?.isOn ?? false;
}

/** Refuses `mail_link_off` when mailed links are switched off. The sentence names the other ways to sign in. */
export async function refuseMailLink(): Promise<void> {
  if (!(await isMailLinkOn())) throw refuseInWords("mail_link_off", await mailLinkOffSentence());
}

/** Returns the sentence shown while mailed links are switched off: which passkeys and providers can be used instead. */
export async function mailLinkOffSentence(): Promise<string> {
  const providers = (await listProviders()).map(({ name }) => name);
  const ways = [...(arePasskeysPossible() ? ["a passkey"] : []), ...providers];
  const last = ways.pop();
  const named = ways.length > 0 ? `${ways.join(", ")} or ${last}` : last;
  return `Sign-in links by e-mail are turned off here. ${named ? `Sign in with ${named}.` : "Ask the people who run this Atelier."}`;
}

/**
 * Refuses `last_way_in` when mailed links are switched off and the person has neither a passkey nor a linked provider.
 * Called after a way to sign in was removed, while the person's row is locked: of two removals at the same time, the
 * second is refused.
 */
export async function refuseWithoutWayIn(db: Db, userId: string): Promise<void> {
  if (!(await isMailLinkOn(db)) && !(await hasWayIn(db, userId))) throw refuse("last_way_in");
}

/**
 * Returns whether a person can sign in without a mailed link, by a passkey or a linked provider. `but`: a provider that
 * does not count.
 */
export async function hasWayIn(db: Db, userId: string, but?: string): Promise<boolean> {
  const providers = (await listProviders(db)).map(({ id }) => id).filter((id) => id !== but);
  const [row] = await db.execute<{ has: boolean }>(sql`
    select exists (select from passkeys p where p.user_id = ${userId}) or exists (
      select from accounts a where a.user_id = ${userId} and a.provider = any(${`{${providers.join(",")}}`}::text[])) as has`);
  return row?.has === true;
}
