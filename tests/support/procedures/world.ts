import { randomBytes, randomUUID } from "node:crypto";
import type postgres from "postgres";
import type { Role } from "@/server/access/permissions";
import { hashToken } from "@/server/joining/invitations/token";
import { lookupOf } from "@/server/usage/end-users/named";
import { owner } from "../database";
import { insertEndUser } from "../factories/end-users";
import { insertInvitation } from "../factories/invitations";
import { insertKey } from "../factories/keys";
import { insertBaseRetirement, ownModel, shareModel } from "../factories/models";
import { insertPerson } from "../factories/people";
import { insertPreset } from "../factories/presets";
import { insertPrice } from "../factories/prices";
import { allowOwnProviders, insertOwnProvider, insertProvider, insertSignInProvider } from "../factories/providers";
import { insertReview } from "../factories/reviews";
import { insertRoute } from "../factories/routes";
import { insertTag } from "../factories/tags";
import { insertMember, insertWorkspace } from "../factories/workspaces";
import type { TestAuthenticator } from "../fakes/authenticator";
import { newPerson, type Signed, signedIn, type TestWorkspace } from "../people";
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
    const { ids, linkToken } = await furnished(sql, there);
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

/** Inserts what procedures can work on in a world. */
async function furnished(
  sql: postgres.ISql,
  { workspace: { id, slug, admin }, target, domain, caller, bystander, invited }: Awaited<ReturnType<typeof inhabited>>,
) {
  const linkToken = randomBytes(32).toString("base64url");
  // A validated job and the file that it reads, with the same id.
  const jobId = randomUUID();
  // A batch and its file, likewise.
  const batchId = randomUUID();
  const [keyId, invitation, [opened], [request], [roleRequest], [file]] = await Promise.all([
    insertKey(sql, id, caller.person.id),
    insertInvitation(sql, id, admin.person.id, invited.person.email, { role: "viewer" }),
    sql`
      insert into domains (workspace_id, domain, mode, proof, status, challenge, created_by)
      values (${id}, ${domain}, 'join', 'dns', 'verified', ${domain}, ${admin.person.id}) returning id`,
    sql`insert into join_requests (workspace_id, user_id) values (${id}, ${invited.person.id}) returning id`,
    sql`
      insert into role_requests (workspace_id, user_id, role) values (${id}, ${bystander.person.id}, 'developer') returning id`,
    sql`
      insert into files (workspace_id, filename, bytes, sha256, purpose, sample_type, lines, uploaded_by)
      values (${id}, 'samples.jsonl', 10, ${randomBytes(32)}, 'fine-tune', 'instruct', 1, ${caller.person.id}) returning id`,
    sql`insert into role_requests (workspace_id, user_id, role) values (${id}, ${caller.person.id}, 'viewer')`,
    sql`insert into rate_limits (workspace_id, model, requests_per_minute) values (${id}, 'limited', 60)`,
    sql`
      insert into invite_links (workspace_id, token_hash, token_sealed, role, max_uses, created_by, expires_at)
      values (${id}, ${hashToken(linkToken)}, ${randomBytes(60)}, 'viewer', 10, ${admin.person.id}, now() + interval '1 day')`,
    sql`
      insert into alert_webhooks (workspace_id, host, url_sealed, secret_sealed)
      values (${id}, 'no-such-host.invalid', ${randomBytes(60)}, ${randomBytes(60)})`,
    sql`insert into workspace_icons (workspace_id, webp) values (${id}, ${randomBytes(60)})`,
    sql`update workspaces set icon_version = 1, is_join_page_open = true where id = ${id}`,
    sql`
      insert into files (workspace_id, id, filename, bytes, sha256, purpose)
      values (${id}, ${jobId}, 'train.jsonl', 100, ${randomBytes(32)}, 'fine-tune')`,
    sql`
      insert into fine_tuning_jobs (workspace_id, id, model, status, hyperparameters, train_tokens)
      values (${id}, ${jobId}, 'small', 'VALIDATED', '{}', 100)`,
    sql`
      insert into fine_tuning_files (workspace_id, job_id, file_id, use) values (${id}, ${jobId}, ${jobId}, 'training')`,
    sql`
      insert into files (workspace_id, id, filename, bytes, sha256, purpose, sample_type, lines)
      values (${id}, ${batchId}, 'requests.jsonl', 100, ${randomBytes(32)}, 'batch', 'batch_request', 2)`,
    sql`
      insert into batches (workspace_id, id, endpoint, form, input_file_id, created_by, status, total, expires_at)
      values (${id}, ${batchId}, '/v1/chat/completions', 'openai', ${batchId}, ${caller.person.id}, 'in_progress', 2,
        now() + interval '1 day')`,
  ]);
  const ofKey = `key:${keyId}`;
  const [modelId, providerId, , , [limitRequest]] = await Promise.all([
    ownModel(sql, id, { createdBy: caller.person.id, keyId }),
    insertOwnProvider(sql, id),
    allowOwnProviders(sql),
    insertPrice(sql, "priced").then(() => insertBaseRetirement(sql, `retired-${slug}`)),
    sql`
      insert into limit_requests (workspace_id, user_id, kind, whose, measure, amount)
      values (${id}, ${caller.person.id}, 'spend', ${ofKey}, 'day', 5000000) returning id`,
    sql`
      insert into budgets (workspace_id, whose, span, subject, amount) values (${id}, ${ofKey}, 'day', ${ofKey}, 1000000)`,
    sql`
      insert into limit_raises (workspace_id, whose, span, amount, ends_at)
      values (${id}, ${ofKey}, 'day', 2000000, now() + interval '1 day')`,
  ]);
  const routeId = await insertRoute(sql, id, caller.person.id);
  await insertTag(sql, id, "declared", caller.person.id);
  const endUserId = await insertEndUser(sql, id, { lookup: lookupOf(id, "customer-1") });
  const [view] = await sql`
    insert into saved_views (workspace_id, user_id, list, name, query)
    values (${id}, ${caller.person.id}, 'keys', 'My own', 'owner=mine') returning id`;
  const reviewId = await insertReview(sql, id, { members: [bystander.person.id], keys: [keyId] });
  const presetId = await insertPreset(sql, id, caller.person.id);
  await shareModel(sql, { from: id, to: target.id, id: modelId, by: caller.person.id });
  const ids: World["ids"] = {
    workspace: slug,
    userId: bystander.person.id,
    invitationId: invitation.id,
    keyId,
    token: invitation.token,
    domainId: opened?.id,
    requestId: request?.id,
    roleRequestId: roleRequest?.id,
    limitRequestId: limitRequest?.id,
    fileId: file?.id,
    jobId,
    batchId,
    modelId,
    routeId,
    presetId,
    endUserId,
    viewId: String(view?.id),
    reviewId,
    providerId,
    // Set later, because a rule needs a provider.
    ruleId: "",
    // Set later, as a look of another operator than the one who calls the procedures.
    lookId: "",
    target: target.slug,
  };
  return { ids, linkToken };
}

/** Returns ids in the form of a world's ids that name nothing. */
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
