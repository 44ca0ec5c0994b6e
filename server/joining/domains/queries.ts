import { and, asc, eq, isNotNull, isNull, lt, ne, or, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { domains } from "@/db/schema/joining";
import { users } from "@/db/schema/people";
import { isFullWorkspace } from "@/db/schema/seats";
import { isLiveMembership, memberships, workspaces } from "@/db/schema/workspaces";

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

/** The most domains of a workspace. */
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

/** Adds a domain to a workspace. Returns false when it has this one already. */
export async function add(
  db: Db,
  workspaceId: string,
  values: Pick<Domain, "domain" | "mode" | "proof" | "status" | "challenge"> & { createdBy: string },
): Promise<boolean> {
  const rows = await db
    .insert(domains)
    .values({ workspaceId, ...values })
    .onConflictDoNothing()
    .returning({ id: domains.id });
  return rows.length > 0;
}

/** Marks a domain as verified by its record. Returns false when the workspace no longer has it. */
export async function verify(db: Db, workspaceId: string, id: string): Promise<boolean> {
  const rows = await db
    .update(domains)
    .set({ status: "verified", proof: "dns", checkedAt: sql`now()` })
    .where(one(workspaceId, id))
    .returning({ id: domains.id });
  return rows.length > 0;
}

/** Marks a domain as not verified because its record is gone. Returns false when it was not verified. */
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

/** A workspace that a person can join, or ask to join, by the domain of their address. */
export type OpenDomain = Pick<Domain, "id" | "domain" | "mode" | "proof"> & {
  workspaceId: string;
  slug: string;
  name: string;
  /** Whether all seats are taken. */
  isFull: boolean;
};

/** How many workspaces of a domain are offered at once. */
const mostOffered = 20;

const openColumns = {
  workspaceId: workspaces.id,
  slug: workspaces.slug,
  name: workspaces.name,
  id: domains.id,
  domain: domains.domain,
  mode: domains.mode,
  proof: domains.proof,
  isFull: isFullWorkspace,
};

/**
 * The workspaces that the domain of a verified address opens. If a workspace has proved the domain with a record, those
 * that proved it by an Admin's address are left out: the owner of the domain decides, not the person who was here
 * first. Row-level security hides them all from other people.
 */
const isOpenTo = (email: string) => {
  const domain = email.slice(email.lastIndexOf("@") + 1);
  return and(
    eq(domains.domain, domain),
    eq(domains.status, "verified"),
    sql`(${domains.proof} = 'dns' or not exists (
      select from domains d join workspaces w on w.id = d.workspace_id and w.deleted_at is null
      where d.domain = ${domain} and d.status = 'verified' and d.proof = 'dns'))`,
  );
};

/**
 * Returns workspaces that the domain of a verified address opens, by name, without those where the person is a member
 * or has asked to join: at most 20, from the one after `after` on.
 *
 * @param after the slug of the last one on the page before
 */
export async function openTo(
  db: Db,
  userId: string,
  email: string,
  after?: string,
): Promise<{ rows: OpenDomain[]; isMore: boolean }> {
  const rows = await db
    .select(openColumns)
    .from(domains)
    .innerJoin(workspaces, and(eq(workspaces.id, domains.workspaceId), isNull(workspaces.deletedAt)))
    .where(
      and(
        isOpenTo(email),
        sql`not exists (select from memberships m where m.workspace_id = ${workspaces.id} and m.user_id = ${userId}::uuid)`,
        sql`not exists (select from join_requests r
          where r.workspace_id = ${workspaces.id} and r.user_id = ${userId}::uuid and r.status = 'pending')`,
        after === undefined
          ? undefined
          : sql`(${workspaces.name}, ${workspaces.id}) > (select w.name, w.id from workspaces w where w.slug = ${after})`,
      ),
    )
    .orderBy(asc(workspaces.name), asc(workspaces.id))
    .limit(mostOffered + 1);
  return { rows: rows.slice(0, mostOffered), isMore: rows.length > mostOffered };
}

/** Returns the workspace with this slug if the domain of a verified address opens it. */
export async function openOne(db: Db, email: string, slug: string): Promise<OpenDomain | undefined> {
  const [row] = await db
    .select(openColumns)
    .from(domains)
    .innerJoin(workspaces, and(eq(workspaces.id, domains.workspaceId), isNull(workspaces.deletedAt)))
    .where(and(isOpenTo(email), eq(workspaces.slug, slug)));
  return row;
}

/** Checks whether another workspace has proved a domain with a record, without revealing which. */
export async function isProvedElsewhere(db: Db, workspaceId: string, domain: string): Promise<boolean> {
  await db.execute(sql`select set_config('app.claimed_domain', ${domain}, true)`);
  const rows = await db
    .select({ id: domains.id })
    .from(domains)
    .where(
      and(
        eq(domains.domain, domain),
        eq(domains.status, "verified"),
        eq(domains.proof, "dns"),
        ne(domains.workspaceId, workspaceId),
      ),
    )
    .limit(1);
  return rows.length > 0;
}

/** Records that the TXT record was checked. */
export async function noteChecked(db: Db, workspaceId: string, id: string): Promise<void> {
  await db.update(domains).set({ checkedAt: sql`now()` }).where(one(workspaceId, id));
}

/** Changes what people with an address at a domain may do. */
export async function setMode(db: Db, workspaceId: string, id: string, mode: Domain["mode"]): Promise<void> {
  await db.update(domains).set({ mode }).where(one(workspaceId, id));
}

/**
 * Lists domains of all workspaces that were verified by record and not checked for a week, at most `limit`. For the
 * weekly job.
 */
export async function listDue(db: Db, limit: number): Promise<(Domain & { workspaceId: string })[]> {
  await db.execute(sql`select set_config('app.job', 'domain-check', true)`);
  return db
    .select({ ...columns, workspaceId: domains.workspaceId })
    .from(domains)
    .where(isDue())
    .orderBy(asc(domains.checkedAt))
    .limit(limit);
}

/** Claims a due domain for this instance: false when another one has it, or when it is no longer due. */
export async function claimDue(db: Db, workspaceId: string, id: string): Promise<boolean> {
  const rows = await db
    .update(domains)
    .set({ checkedAt: sql`now()` })
    .where(and(one(workspaceId, id), isDue()))
    .returning({ id: domains.id });
  return rows.length > 0;
}

/** Makes a domain due again in a day, because no name server responded. */
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

/**
 * Checks whether an address still proves a domain: its owner is still an Admin and still has the address. Called inside
 * the workspace.
 */
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
