import { and, asc, desc, eq, isNotNull, isNull, lt, ne, or, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { domains } from "@/db/schema/joining";
import { users } from "@/db/schema/people";
import { isFullWorkspace, isLiveMembership, memberships, workspaces } from "@/db/schema/workspaces";

export type Domain = {
  id: string;
  domain: string;
  mode: "join" | "request";
  proof: "dns" | "address";
  status: "pending" | "verified" | "lapsed";
  challenge: string;
  checkedAt: Date | null;
};

const columns = {
  id: domains.id,
  domain: domains.domain,
  mode: domains.mode,
  proof: domains.proof,
  status: domains.status,
  challenge: domains.challenge,
  checkedAt: domains.checkedAt,
};

/** A workspace may have so many domains. */
export const domainLimit = 20;

/** Returns a workspace's domains, by name. */
export async function list(db: Db, workspaceId: string): Promise<Domain[]> {
  return db
    .select(columns)
    .from(domains)
    .where(eq(domains.workspaceId, workspaceId))
    .orderBy(asc(domains.domain))
    .limit(domainLimit);
}

/** Returns one of a workspace's domains. */
export async function find(db: Db, workspaceId: string, id: string): Promise<Domain | undefined> {
  const [row] = await db.select(columns).from(domains).where(one(workspaceId, id));
  return row;
}

/**
 * Adds a domain to a workspace. Claims that are not verified do not stand in each other's way; only the first of
 * several can be verified.
 *
 * @returns `mine` when this workspace has it already, `held` when it is verified for another one
 */
export async function add(
  db: Db,
  workspaceId: string,
  values: Pick<Domain, "domain" | "mode" | "proof" | "status" | "challenge"> & { createdBy: string },
): Promise<"added" | "mine" | "held"> {
  const rows = await db
    .insert(domains)
    .values({ workspaceId, ...values })
    .onConflictDoNothing()
    .returning({ id: domains.id });
  if (rows.length > 0) return "added";
  const [own] = await db
    .select({ id: domains.id })
    .from(domains)
    .where(and(eq(domains.workspaceId, workspaceId), eq(domains.domain, values.domain)));
  return own ? "mine" : "held";
}

/**
 * Marks a domain as verified by its record. False when another workspace holds it by now: the unique index decides,
 * and a savepoint keeps the refusal from ending the transaction.
 */
export async function verify(db: Db, workspaceId: string, id: string): Promise<boolean> {
  try {
    return await db.transaction(async (tx) => {
      const rows = await tx
        .update(domains)
        .set({ status: "verified", proof: "dns", checkedAt: sql`now()` })
        .where(one(workspaceId, id))
        .returning({ id: domains.id });
      return rows.length > 0;
    });
  } catch (error) {
    const { code } = ((error as { cause?: unknown }).cause ?? error) as { code?: string };
    if (code === "23505") return false;
    throw error;
  }
}

/** Ends what a domain allows: its record is gone. False when it was not verified. */
export async function lapse(db: Db, workspaceId: string, id: string): Promise<boolean> {
  const rows = await db
    .update(domains)
    .set({ status: "lapsed", checkedAt: sql`now()` })
    .where(and(one(workspaceId, id), eq(domains.status, "verified")))
    .returning({ id: domains.id });
  return rows.length > 0;
}

/** Removes a domain from its workspace. Returns its name, or undefined when there was none. */
export async function remove(db: Db, workspaceId: string, id: string): Promise<string | undefined> {
  const [row] = await db.delete(domains).where(one(workspaceId, id)).returning({ domain: domains.domain });
  return row?.domain;
}

/** A workspace that is open to a person by their address's domain. */
export type OpenDomain = Pick<Domain, "id" | "domain" | "mode" | "proof"> & {
  workspaceId: string;
  slug: string;
  name: string;
  /** Whether every seat is taken. */
  isFull: boolean;
};

/** Returns the workspace that the domain of a verified address opens, if one does. Row-level security hides it from other people. */
export async function openTo(db: Db, email: string): Promise<OpenDomain | undefined> {
  const [row] = await db
    .select({
      workspaceId: workspaces.id,
      slug: workspaces.slug,
      name: workspaces.name,
      id: domains.id,
      domain: domains.domain,
      mode: domains.mode,
      proof: domains.proof,
      isFull: isFullWorkspace,
    })
    .from(domains)
    .innerJoin(workspaces, and(eq(workspaces.id, domains.workspaceId), isNull(workspaces.deletedAt)))
    .where(and(eq(domains.domain, email.slice(email.lastIndexOf("@") + 1)), eq(domains.status, "verified")))
    // "dns" comes after "address": the workspace with the record goes first.
    .orderBy(desc(domains.proof))
    .limit(1);
  return row;
}

/**
 * Returns by which proofs a domain is verified for other workspaces, but not for which. One by an address does
 * not stand in the way of a record.
 */
export async function heldElsewhereBy(db: Db, workspaceId: string, domain: string): Promise<Domain["proof"][]> {
  await db.execute(sql`select set_config('app.claimed_domain', ${domain}, true)`);
  const rows = await db
    .select({ proof: domains.proof })
    .from(domains)
    .where(and(eq(domains.domain, domain), eq(domains.status, "verified"), ne(domains.workspaceId, workspaceId)));
  return rows.map(({ proof }) => proof);
}

/** Notes that the record was looked for. */
export async function noteChecked(db: Db, workspaceId: string, id: string): Promise<void> {
  await db.update(domains).set({ checkedAt: sql`now()` }).where(one(workspaceId, id));
}

/** Changes what a domain's people may do. */
export async function setMode(db: Db, workspaceId: string, id: string, mode: Domain["mode"]): Promise<void> {
  await db.update(domains).set({ mode }).where(one(workspaceId, id));
}

/** Domains verified by record and not looked up for a week, in whichever workspaces, at most `limit`. For the weekly job. */
export async function listDue(db: Db, limit: number): Promise<(Domain & { workspaceId: string })[]> {
  await db.execute(sql`select set_config('app.job', 'domain-check', true)`);
  return db
    .select({ ...columns, workspaceId: domains.workspaceId })
    .from(domains)
    .where(isDue())
    .orderBy(asc(domains.checkedAt))
    .limit(limit);
}

/** Takes a due domain for this instance alone: false when another one has it, or when it is due no longer. */
export async function claimDue(db: Db, workspaceId: string, id: string): Promise<boolean> {
  const rows = await db
    .update(domains)
    .set({ checkedAt: sql`now()` })
    .where(and(one(workspaceId, id), isDue()))
    .returning({ id: domains.id });
  return rows.length > 0;
}

/** Makes a domain due again in a day: no name server answered, which says nothing about the record. */
export async function tryAgainTomorrow(db: Db, workspaceId: string, id: string): Promise<void> {
  await db.update(domains).set({ checkedAt: sql`now() - interval '6 days'` }).where(one(workspaceId, id));
}

function isDue() {
  return and(
    eq(domains.status, "verified"),
    eq(domains.proof, "dns"),
    or(isNull(domains.checkedAt), lt(domains.checkedAt, sql`now() - interval '7 days'`)),
  );
}

/** Checks whether an address still proves a domain: its owner is still an Admin, and still has the address. Inside the workspace. */
export async function isAddressProofAlive(db: Db, workspaceId: string, id: string): Promise<boolean> {
  const [row] = await db
    .select({ id: domains.id })
    .from(domains)
    .innerJoin(memberships, and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, domains.createdBy)))
    .innerJoin(users, eq(users.id, domains.createdBy))
    .where(
      and(
        one(workspaceId, id),
        eq(memberships.role, "admin"),
        isLiveMembership,
        isNotNull(users.emailVerified),
        sql`split_part(${users.email}, '@', 2) = ${domains.domain}`,
      ),
    );
  return row !== undefined;
}

const one = (workspaceId: string, id: string) => and(eq(domains.workspaceId, workspaceId), eq(domains.id, id));
