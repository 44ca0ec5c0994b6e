import { randomUUID } from "node:crypto";
import type { Role } from "@/server/access/permissions";
import type { Context, Person, SignedIn } from "@/server/api/context";
import { t } from "@/server/api/trpc";
import { recordRefused } from "@/server/audit/refused";
import { appRouter } from "@/server/composition/router";
import { owner } from "./database";
import { insertPerson } from "./factories/people";
import { insertMember } from "./factories/workspaces";
import { checkDeclared } from "./procedures/declared-refusals";

const createCaller = t.createCallerFactory(appRouter);

export type Caller = ReturnType<typeof createCaller>;

let counter = 0;

/** A signed-in person with a verified address, and a caller of procedures as this person. */
export type Signed = { person: Person; api: Caller };

/**
 * Returns a caller of procedures as this person, signed out (null), or as a person who views every workspace as
 * another role.
 */
export function apiFor(who: Person | SignedIn | null, viewAs: Role | null = null): Caller {
  const origin = { requestId: randomUUID(), ip: "203.0.113.7", userAgent: "test" };
  const signed: SignedIn = who && "person" in who ? who : { person: who };
  const context: Context = { ...signed, origin, recordRefused, viewAs: () => viewAs };
  return createCaller(context, { onError: ({ path, error }) => checkDeclared(path, error) });
}

/** Makes a person. */
export async function newPerson(values: { email?: string; name?: string; isVerified?: boolean } = {}): Promise<Signed> {
  counter += 1;
  const { email = `person-${counter}@example.com`, name = `Person ${counter}`, isVerified = true } = values;
  return signedIn(await insertPerson(owner, { name, email, isVerified }), isVerified);
}

/** Returns an existing person as signed in just now. */
export function signedIn({ id, name, email }: { id: string; name: string; email: string }, isVerified = true): Signed {
  const person: Person = {
    ...{ id, name, email, isVerified, avatar: null },
    ...{ sessionId: randomUUID(), signedInAt: new Date() },
    formats: { timeZone: "UTC", locale: null, weekStart: null },
  };
  return { person, api: apiFor(person) };
}

export type TestWorkspace = { id: string; slug: string; name: string; admin: Signed };

/** Makes an organization workspace with an Admin of its own. */
export async function workspace(name = `Workspace ${++counter}`, admin?: Signed): Promise<TestWorkspace> {
  const maker = admin ?? (await newPerson());
  const { slug } = await maker.api.workspaces.create({ name, kind: "organization", creationKey: randomUUID() });
  const [row] = await owner`select id from workspaces where slug = ${slug}`;
  return { id: row?.id, slug, name, admin: maker };
}

/** Makes a member of a workspace. */
export async function memberOf(where: TestWorkspace, role: Role): Promise<Signed> {
  const signed = await newPerson();
  await insertMember(owner, where.id, signed.person.id, role);
  return signed;
}

/** Creates an API key of a workspace as its Admin, and returns the key itself. */
export async function newKey({ slug, admin }: TestWorkspace): Promise<string> {
  return (await admin.api.keys.create({ workspace: slug, name: "A key" })).secret;
}

/** Returns the code of a refusal; fails the test when the promise resolves or throws anything else. */
export async function reasonOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    const { refusalOf } = await import("@/server/api/trpc");
    return refusalOf(error as { code?: string; cause?: unknown }).reason;
  }
  throw new Error("it was not refused");
}

/** Returns the sentences by field of a refusal; fails the test when the procedure does not refuse. */
export async function fieldsOf(promise: Promise<unknown>): Promise<Record<string, string>> {
  try {
    await promise;
  } catch (error) {
    const { refusalOf } = await import("@/server/api/trpc");
    return { ...refusalOf(error as { code?: string; cause?: unknown }).fields };
  }
  throw new Error("it was not refused");
}
