import { and, asc, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { instanceSettings, operators } from "@/db/schema/instance";
import { users } from "@/db/schema/people";
import { signInRules } from "@/db/schema/sign-in";

/** A domain and the provider that its people must use. */
export type Rule = { domain: string; provider: string };

/** The most domains that can have a rule. */
export const mostRules = 200;

/** Returns the rules, by domain. */
export async function list(db: Db): Promise<Rule[]> {
  return db
    .select({ domain: signInRules.domain, provider: signInRules.provider })
    .from(signInRules)
    .orderBy(asc(signInRules.domain))
    .limit(mostRules);
}

/** Checks whether any domain requires a provider. */
export async function isRequired(db: Db, provider: string): Promise<boolean> {
  const rows = await db
    .select({ domain: signInRules.domain })
    .from(signInRules)
    .where(eq(signInRules.provider, provider))
    .limit(1);
  return rows.length > 0;
}

/** Sets the required provider of a domain. Returns the earlier one; null: none. */
export async function set(db: Db, { domain, provider }: Rule): Promise<string | null> {
  const [before] = await db
    .select({ provider: signInRules.provider })
    .from(signInRules)
    .where(eq(signInRules.domain, domain))
    .for("update");
  await db
    .insert(signInRules)
    .values({ domain, provider })
    .onConflictDoUpdate({
      ...{ target: signInRules.domain, set: { provider } },
    });
  return before?.provider ?? null;
}

/** Deletes a domain's rule. Returns the provider that was required; undefined: there was no rule. */
export async function remove(db: Db, domain: string): Promise<string | undefined> {
  const [row] = await db
    .delete(signInRules)
    .where(eq(signInRules.domain, domain))
    .returning({ provider: signInRules.provider });
  return row?.provider;
}

/** Returns the id of the break-glass operator and locks the settings until the transaction ends. */
export async function holdBreakGlass(db: Db): Promise<string | null> {
  const [row] = await db.select({ breakGlass: instanceSettings.breakGlass }).from(instanceSettings).for("update");
  return row?.breakGlass ?? null;
}

/** Sets the break-glass operator. */
export async function setBreakGlass(db: Db, userId: string): Promise<void> {
  await db.update(instanceSettings).set({ breakGlass: userId });
}

/** An operator who can become the break-glass operator. */
export type Candidate = { userId: string; name: string; email: string | null; isChosen: boolean };

const hasPasskey = sql`exists (select from passkeys p where p.user_id = users.id)`;

/** Returns the operators who have a passkey, at most 100; with `userId`, only this one if they have. */
export async function candidates(db: Db, userId?: string): Promise<Candidate[]> {
  return db
    .select({
      userId: operators.userId,
      name: users.name,
      email: users.email,
      isChosen: sql<boolean>`exists (select from instance_settings s where s.break_glass = users.id)`,
    })
    .from(operators)
    .innerJoin(users, eq(users.id, operators.userId))
    .where(
      and(isNull(users.deletedAt), isNull(users.deactivatedAt), hasPasskey, userId ? eq(users.id, userId) : undefined),
    )
    .orderBy(asc(operators.createdAt), asc(operators.userId))
    .limit(100);
}

/** How a person of a domain can sign in after a provider becomes required. */
export type Standing = "linked" | "by_address" | "exempt" | "locked_out";

/** A person of a domain, and whether they have a session that began in another way, which will end. */
export type Affected = {
  id: string;
  name: string;
  email: string | null;
  lastSeenAt: Date | null;
  standing: Standing;
  hasOtherSession: boolean;
};

/** How many people of a domain there are by standing. */
export type Plan = { counts: Record<Standing, number>; otherSessions: number; people: Affected[] };

/** The most people that are listed. */
export const mostListed = 200;

/**
 * Returns the effect on the people of a domain if a provider becomes required: first those who would be locked out,
 * then those whose session would end, at most `mostListed`. Changes nothing.
 */
export async function plan(db: Db, { domain, provider }: Rule): Promise<Plan> {
  const standing: SQL<Standing> = sql`case
    when exists (select from instance_settings s where s.break_glass = users.id) then 'exempt'
    when exists (select from accounts a where a.user_id = users.id and a.provider = ${provider}) then 'linked'
    when users.email_verified_at is not null then 'by_address'
    else 'locked_out' end`;
  const hasOtherSession = sql<boolean>`(exists (select from sessions s
    where s.user_id = users.id and s.expires_at > now() and s.provider is distinct from ${provider}))`;
  const ofDomain = and(
    sql`users.email like ${`%@${domain.replace(/[\\%_]/g, "\\$&")}`}`,
    isNull(users.deletedAt),
    isNull(users.deactivatedAt),
  );
  const rows = await db
    .select({
      standing: standing.as("standing"),
      hasOther: hasOtherSession.as("has_other"),
      people: sql<number>`count(*)::int`,
    })
    .from(users)
    .where(ofDomain)
    .groupBy(sql`1, 2`);
  const people = await db
    .select({
      ...{ id: users.id, name: users.name, email: users.email, lastSeenAt: users.lastSeenAt },
      ...{ standing: standing.as("standing"), hasOtherSession: hasOtherSession.as("has_other") },
    })
    .from(users)
    .where(ofDomain)
    .orderBy(
      sql`(${standing}) = 'locked_out' desc, (${standing}) = 'by_address' desc, ${hasOtherSession} desc`,
      asc(users.email),
    )
    .limit(mostListed);
  const counts = { linked: 0, by_address: 0, exempt: 0, locked_out: 0 };
  for (const row of rows) counts[row.standing] += row.people;
  const ending = rows.filter((row) => row.hasOther && row.standing !== "exempt");
  return { counts, otherSessions: ending.reduce((sum, row) => sum + row.people, 0), people };
}
