import { sql } from "drizzle-orm";
import { type Db, database } from "@/db/client";
import { instanceSettings } from "@/db/schema/instance";
import { refuse, refuseInWords } from "@/server/api/refusals";
import { arePasskeysPossible } from "./passkeys/web-authn";
import { listProviders } from "./providers/list";

/** Returns whether a mailed link signs in here, as operators have set it. */
export async function isMailLinkOn(db: Db = database()): Promise<boolean> {
  const [row] = await db.select({ isOn: instanceSettings.isMailLinkOn }).from(instanceSettings);
  return row?.isOn ?? false;
}

/** Refuses `mail_link_off` where mailed links are switched off. The sentence names what signs in instead. */
export async function refuseMailLink(): Promise<void> {
  if (!(await isMailLinkOn())) throw refuseInWords("mail_link_off", await mailLinkOffSentence());
}

/**
 * Returns the sentence to show where mailed links are switched off: with which passkeys and providers a person can
 * sign in.
 */
export async function mailLinkOffSentence(): Promise<string> {
  const providers = (await listProviders()).map(({ name }) => name);
  const ways = [...(arePasskeysPossible() ? ["a passkey"] : []), ...providers];
  const last = ways.pop();
  const named = ways.length > 0 ? `${ways.join(", ")} or ${last}` : last;
  return `Sign-in links by e-mail are switched off here. ${named ? `Sign in with ${named}.` : "Ask the people who run this Atelier."}`;
}

/**
 * Refuses `last_way_in` where mailed links are switched off and the person has neither a passkey nor a provider that signs in. Called after
 * a way in was taken away, while the person's account is locked: then of two that are taken away at once the second is refused.
 */
export async function refuseWithoutWayIn(db: Db, userId: string): Promise<void> {
  if (!(await isMailLinkOn(db)) && !(await hasWayIn(db, userId))) throw refuse("last_way_in");
}

/** Returns whether a person could sign in without a mailed link, by a passkey or a provider that they have linked. `but`: without this provider. */
export async function hasWayIn(db: Db, userId: string, but?: string): Promise<boolean> {
  const providers = (await listProviders(db)).map(({ id }) => id).filter((id) => id !== but);
  const [row] = await db.execute<{ has: boolean }>(sql`
    select exists (select from passkeys p where p.user_id = ${userId}) or exists (
      select from accounts a where a.user_id = ${userId} and a.provider = any(${`{${providers.join(",")}}`}::text[])) as has`);
  return row?.has === true;
}
