import { randomBytes, randomUUID } from "node:crypto";
import type postgres from "postgres";
import type { Role } from "@/server/access/permissions";
import { owner } from "../database";
import { insertPerson } from "../factories/people";
import { insertProvider, insertSignInProvider } from "../factories/providers";
import { insertMember, insertWorkspace } from "../factories/workspaces";
import type { TestAuthenticator } from "../fakes/authenticator";
import { newPerson, type Signed, signedIn, type TestWorkspace } from "../people";
import { furnish } from "./furnish";
import { secondWaysIn } from "./second-ways";

// Names are looked up at a port without a server.
process.env.DNS_SERVERS = "127.0.0.1:9";

/** The hash of the picture of all people in a world. */
export const avatarHash = "a".repeat(22);

/** A workspace in which every procedure has something to work on, with the person who calls the procedures. */
export type World = {
  workspace: TestWorkspace;
  caller: Signed;
  /** The ids that an input can name, by the field's name. Each belongs to this workspace or to the invited person. */
  ids: Record<
    | "workspace"
    | "userId"
    | "invitationId"
    | "keyId"
    | "token"
    | "domainId"
    | "requestId"
    | "roleRequestId"
    | "limitRequestId"
    | "fileId"
    | "jobId"
    | "batchId"
    | "modelId"
    | "routeId"
    | "presetId"
    | "viewId"
    | "providerId"
    | "ruleId"
    | "lookId"
    | "reviewId"
    | "endUserId"
    | "target",
    string
  >;
  /** The token of the link that confirms the caller's new address. */
  changeToken: string;
  /** A passkey of the caller, and an authenticator with another one that is not registered yet. */
  passkeyId: string;
  /** Another session of the caller. */
  sessionId: string;
  passkey: TestAuthenticator;
  /** The token of the invite link. */
  linkToken: string;
  /**
   * The person of the pending invitation. They have also requested to join, and their address is at the open domain.
   */
  invited: Signed;
  /** A model provider of the instance. */
  instanceProviderId: string;
  signInProviderId: string;
  /** Two operators who are members of no workspace. Procedures that change an operator change the second. */
  operators: [Signed, Signed];
};

/** Creates a world. The caller has a key in it whatever their role is, and the invitation is by another Admin. */
export function world(role: Role = "admin"): Promise<World> {
  // Thousands of worlds are created: statements that do not need each other's ids are sent together, and all are
  // committed together.
  return owner.begin(async (sql) => {
    const there = await inhabited(sql, role);
    const { ids, linkToken } = await furnish(sql, there);
    const { workspace, caller, invited, operators } = there;
    // Of the providers of all worlds in one database, and of those that procedures added, only the latest world's is
    // active. No server listens at its address.
    await sql`update instance_providers set state = 'disabled' where state = 'active'`;
    const instanceProviderId = await insertProvider(sql, `Provider of ${workspace.slug}`);
    const signInProviderId = await insertSignInProvider(sql, `At ${workspace.slug}`.slice(0, 40), { isEnabled: true });
    await sql`update sign_in_providers set groups_claim = 'groups' where id = ${signInProviderId}`;
    const [rule] = await sql`
      insert into group_rules (workspace_id, provider_id, group_name, role, created_by)
      values (${workspace.id}, ${signInProviderId}, 'staff', 'viewer', ${operators[0].person.id}) returning id`;
    ids.ruleId = rule?.id;
    const [look] = await sql`
      insert into looks (workspace_id, operator_id, reason) values (${workspace.id}, ${operators[1].person.id}, 'Requests fail.') returning id`;
    ids.lookId = look?.id;
    const theirs = { ...(await secondWaysIn(sql, caller)), instanceProviderId, signInProviderId };
    return { workspace, caller, ids, linkToken, invited, operators, ...theirs };
  });
}

/** The people and workspaces of a world, before anything else is in it. */
export type Inhabited = Awaited<ReturnType<typeof inhabited>>;

/** Inserts the people and workspaces of a world. */
async function inhabited(sql: postgres.ISql, role: Role) {
  const name = `world-${randomBytes(6).toString("hex")}`;
  const person = async (of: string) =>
    signedIn(
      await insertPerson(sql, { name: `The ${of}`, email: `${of}@${of === "guest" ? "" : "people."}${name}.example` }),
    );
  const [admin, caller, bystander, invited, operator, another] = await Promise.all([
    ...[person("admin"), person("caller"), person("bystander"), person("guest")],
    ...[person("operator"), person("colleague")],
  ] as const);
  const [made, target] = await Promise.all([
    insertWorkspace(sql, admin.person.id, { name: `Workspace ${name}`, slug: name }),
    insertWorkspace(sql, caller.person.id, { name: "Another" }),
  ]);
  const operators: World["operators"] = [operator, another];
  await Promise.all([
    insertMember(sql, made.id, caller.person.id, role),
    insertMember(sql, made.id, bystander.person.id, "viewer"),
    ...operators.map(({ person }) => insertOperator(sql, person.id)),
    ...[caller, bystander].map(({ person: { id } }) => insertAvatar(sql, id)),
  ]);
  return { workspace: { ...made, admin }, target, domain: `${name}.example`, caller, bystander, invited, operators };
}

/** Returns ids in the form of a world's ids for which nothing exists. */
export function nothingsIds(): World["ids"] {
  return {
    workspace: `nothing-${randomBytes(4).toString("hex")}`,
    userId: randomUUID(),
    ruleId: randomUUID(),
    lookId: randomUUID(),
    reviewId: randomUUID(),
    invitationId: randomUUID(),
    keyId: randomBytes(6).toString("hex"),
    token: randomBytes(32).toString("base64url"),
    domainId: randomUUID(),
    requestId: randomUUID(),
    roleRequestId: randomUUID(),
    limitRequestId: randomUUID(),
    fileId: randomUUID(),
    jobId: randomUUID(),
    batchId: randomUUID(),
    modelId: `ft:small:${randomBytes(4).toString("hex")}:20261124:${randomBytes(4).toString("hex")}`,
    routeId: `route/nothing-${randomBytes(4).toString("hex")}`,
    presetId: randomUUID(),
    endUserId: randomUUID(),
    viewId: randomUUID(),
    providerId: randomUUID(),
    target: `nothing-${randomBytes(4).toString("hex")}`,
  };
}

/** Creates an operator. */
export async function operator(): Promise<Signed> {
  const signed = await newPerson();
  await insertOperator(owner, signed.person.id);
  return signed;
}

const insertOperator = (sql: postgres.ISql, userId: string) =>
  sql`insert into operators (user_id, source) values (${userId}, 'environment')`;

/** Gives a person a picture. */
const insertAvatar = (sql: postgres.ISql, userId: string) => sql`
  with drawn as (insert into user_avatars (user_id, webp) values (${userId}, ${randomBytes(60)}))
  update users set avatar = ${avatarHash} where id = ${userId}`;
