import { createHash, randomBytes, randomUUID } from "node:crypto";
import type { z } from "zod";
import type { Role } from "@/server/access/permissions";
import { type Access, type Meta, refusalOf } from "@/server/api/trpc";
import { appRouter } from "@/server/composition/router";
import { answerToken } from "@/server/joining/invitations/by-mail/link";
import { hashToken } from "@/server/joining/invitations/token";
import { TestAuthenticator } from "./authenticator";
import { owner } from "./database";
import { ownModel, shareModel } from "./own-models";
import { type Caller, memberOf, newPerson, type Signed, type TestWorkspace, workspace } from "./people";

// Names are looked up at a port where no server listens.
process.env.DNS_SERVERS = "127.0.0.1:9";

/** A procedure as the router holds it. `shape` has a schema for each field of its input. */
export type Procedure = {
  path: string;
  type: "query" | "mutation";
  access: Access | undefined;
  freshness: Meta["freshness"];
  limit: Meta["limit"];
  shape: Record<string, z.ZodType>;
};

/** Returns every procedure there is. */
export function procedures(): Procedure[] {
  return Object.entries(appRouter._def.procedures as Record<string, unknown>).map(([path, procedure]) => {
    const { type, meta, inputs } = (procedure as { _def: unknown })._def as {
      type: "query" | "mutation";
      meta?: Partial<Meta>;
      inputs: { shape?: Record<string, z.ZodType> }[];
    };
    const { access, freshness, limit } = meta ?? {};
    // A procedure that takes no input has a schema of its own, which may be left out.
    const shapes = inputs.map((input) => input?.shape ?? {});
    return { path, type, access, freshness, limit, shape: Object.assign({}, ...shapes) };
  });
}

/** Returns the procedures inside a workspace: those that ask for a permission. */
export function workspaceProcedures(): Procedure[] {
  return procedures().filter(({ access }) => access && !["public", "signed-in", "operator"].includes(access));
}

/** Returns the procedures of the instance: those that ask for an operator. */
export function instanceProcedures(): Procedure[] {
  return procedures().filter(({ access }) => access === "operator");
}

/** Which picture the people of a world have. */
const avatarHash = "a".repeat(22);

/** A workspace in which every procedure has something to work on, and the person who calls them. */
export type World = {
  workspace: TestWorkspace;
  caller: Signed;
  /** What an input can name, as a field's value: each belongs to this workspace, or is only open to its invited. */
  ids: Record<
    | "workspace"
    | "userId"
    | "invitationId"
    | "keyId"
    | "token"
    | "domainId"
    | "requestId"
    | "roleRequestId"
    | "fileId"
    | "jobId"
    | "modelId"
    | "target",
    string
  >;
  /** The token of the link that would change the caller's address. */
  changeToken: string;
  /** A passkey of the caller's, and an authenticator that has made another, which is not registered yet. */
  passkeyId: string;
  /** Another browser in which the caller is signed in. */
  sessionId: string;
  passkey: TestAuthenticator;
  /** The token of the invite link. */
  linkToken: string;
  /** Whom the pending invitation is for; they have asked to join as well, and their address is at the open domain. */
  invited: Signed;
  /** Two people who run the instance, members of nothing: what is done to an operator is done to the second. */
  operators: [Signed, Signed];
};

/** Makes a world. The caller has a key there, whatever their role is now, and the invitation is by another Admin. */
export async function world(role: Role = "admin"): Promise<World> {
  const made = await workspace();
  const domain = `${made.slug}.example`;
  const [caller, bystander, invited] = await Promise.all([
    memberOf(made, role),
    memberOf(made, "viewer"),
    newPerson({ email: `guest@${domain}` }),
  ]);
  const keyId = randomBytes(6).toString("hex");
  await owner`
    insert into api_keys (workspace_id, id, name, secret_mac, pepper_version, last_four, created_by)
    values (${made.id}, ${keyId}, 'A key', ${randomBytes(32)}, 1, 'abcd', ${caller.person.id})`;
  const token = randomBytes(32).toString("base64url");
  const [invitation] = await owner`
    insert into invitations (workspace_id, email, role, token_hash, invited_by, expires_at)
    values (${made.id}, ${invited.person.email}, 'viewer', ${hashToken(token)}, ${made.admin.person.id}, now() + interval '1 day')
    returning id`;
  const [opened] = await owner`
    insert into domains (workspace_id, domain, mode, proof, status, challenge, created_by)
    values (${made.id}, ${domain}, 'join', 'dns', 'verified', ${keyId}, ${made.admin.person.id}) returning id`;
  const [request] = await owner`
    insert into join_requests (workspace_id, user_id) values (${made.id}, ${invited.person.id}) returning id`;
  const [roleRequest] = await owner`
    insert into role_requests (workspace_id, user_id, role) values (${made.id}, ${bystander.person.id}, 'developer') returning id`;
  await owner`insert into role_requests (workspace_id, user_id, role) values (${made.id}, ${caller.person.id}, 'viewer')`;
  const [file] = await owner`
    insert into files (workspace_id, filename, bytes, sha256, purpose, sample_type, lines, uploaded_by)
    values (${made.id}, 'samples.jsonl', 10, ${randomBytes(32)}, 'fine-tune', 'instruct', 1, ${caller.person.id})
    returning id`;
  await owner`
    insert into rate_limits (workspace_id, model, requests_per_minute) values (${made.id}, 'limited', 60)`;
  await owner`
    insert into budgets (workspace_id, whose, span, subject, amount)
    values (${made.id}, ${`key:${keyId}`}, 'day', ${`key:${keyId}`}, 1000000)`;
  await owner`
    insert into limit_raises (workspace_id, whose, span, amount, ends_at)
    values (${made.id}, ${`key:${keyId}`}, 'day', 2000000, now() + interval '1 day')`;
  await made.admin.api.joining.setPage({ workspace: made.slug, isOpen: true });
  const linkToken = randomBytes(32).toString("base64url");
  await owner`
    insert into invite_links (workspace_id, token_hash, token_sealed, role, max_uses, created_by, expires_at)
    values (${made.id}, ${hashToken(linkToken)}, ${randomBytes(60)}, 'viewer', 10, ${made.admin.person.id}, now() + interval '1 day')`;
  await owner`insert into workspace_icons (workspace_id, webp) values (${made.id}, ${randomBytes(60)})`;
  for (const { person } of [caller, bystander]) {
    await owner`insert into user_avatars (user_id, webp) values (${person.id}, ${randomBytes(60)})`;
    await owner`update users set avatar = ${avatarHash} where id = ${person.id}`;
  }
  await owner`update workspaces set icon_version = 1 where id = ${made.id}`;
  // A validated job and the file it reads, which has the same id.
  const jobId = randomUUID();
  await owner`
    insert into files (workspace_id, id, filename, bytes, sha256, purpose) values (${made.id}, ${jobId}, 'train.jsonl', 100, ${randomBytes(32)}, 'fine-tune')`;
  await owner`
    insert into fine_tuning_jobs (workspace_id, id, model, status, hyperparameters, train_tokens)
    values (${made.id}, ${jobId}, 'small', 'VALIDATED', '{}', 100)`;
  await owner`
    insert into fine_tuning_files (workspace_id, job_id, file_id, use) values (${made.id}, ${jobId}, ${jobId}, 'training')`;
  const modelId = await ownModel(owner, made.id, { createdBy: caller.person.id, keyId });
  const target = await anotherOf(caller);
  const operators = await Promise.all([operator(), operator()]);
  const ids = {
    workspace: made.slug,
    userId: bystander.person.id,
    invitationId: invitation?.id,
    keyId,
    token,
    domainId: opened?.id,
    requestId: request?.id,
    roleRequestId: roleRequest?.id,
    fileId: file?.id,
    jobId,
    modelId,
    target: target.slug,
  };
  await shareModel(owner, { from: made.id, to: target.id, id: modelId, by: caller.person.id });
  return { workspace: made, caller, ids, linkToken, invited, operators, ...(await secondWaysIn(caller)) };
}

/** Ids in the form of a world's own that name nothing at all. */
export function nothingsIds(): World["ids"] {
  return {
    workspace: `nothing-${randomBytes(4).toString("hex")}`,
    userId: randomUUID(),
    invitationId: randomUUID(),
    keyId: randomBytes(6).toString("hex"),
    token: randomBytes(32).toString("base64url"),
    domainId: randomUUID(),
    requestId: randomUUID(),
    roleRequestId: randomUUID(),
    fileId: randomUUID(),
    jobId: randomUUID(),
    modelId: `ft:small:${randomBytes(4).toString("hex")}:20261124:${randomBytes(4).toString("hex")}`,
    target: `nothing-${randomBytes(4).toString("hex")}`,
  };
}

/** Returns a person who runs the instance. */
export async function operator(): Promise<Signed> {
  const signed = await newPerson();
  await owner`insert into operators (user_id, source) values (${signed.person.id}, 'environment')`;
  return signed;
}

/** Returns another workspace, with an Admin, with which a world's model is shared. */
async function anotherOf({ person }: Signed): Promise<{ id: string; slug: string }> {
  const slug = `another-${randomBytes(6).toString("hex")}`;
  const [row] = await owner`
    insert into workspaces (slug, name, kind, created_by, creation_key)
    values (${slug}, 'Another', 'organization', ${person.id}, ${randomUUID()}) returning id`;
  await owner`insert into memberships (workspace_id, user_id, role) values (${row?.id}, ${person.id}, 'admin')`;
  return { id: row?.id, slug };
}

/** Returns the challenge that a world's caller has been asked to answer with a new passkey. */
const challengeOf = (userId: string) => createHash("sha256").update(userId).digest();

/** Returns what a person has under way in their account: another address, a passkey, and a challenge to make another one with. */
async function secondWaysIn({ person: { id } }: Signed) {
  const changeToken = randomBytes(32).toString("base64url");
  await owner`
    insert into email_changes (user_id, email, token_hash, expires_at)
    values (${id}, ${`new-${id}@example.com`}, ${hashToken(changeToken)}, now() + interval '10 minutes')`;
  const [row] = await owner`
    insert into passkeys (user_id, credential_id, public_key, counter, name, is_synced)
    values (${id}, ${randomBytes(16).toString("base64url")}, ${randomBytes(70)}, 0, 'A passkey', false) returning id`;
  await owner`
    insert into passkey_challenges (challenge_hash, purpose, user_id, expires_at)
    values (${createHash("sha256").update(challengeOf(id)).digest()}, 'add', ${id}, now() + interval '5 minutes')`;
  const [session] = await owner`
    insert into sessions (token_hash, user_id, expires_at)
    values (${randomBytes(32).toString("base64url")}, ${id}, now() + interval '7 days') returning id`;
  return { changeToken, passkeyId: String(row?.id), sessionId: String(session?.id), passkey: new TestAuthenticator() };
}
/** A PNG. */
const onePixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

type Input = Record<string, unknown>;

const inWorkspace = ({ ids: { workspace } }: World) => ({ workspace });

const aFile = ({ ids: { workspace, fileId } }: World) => ({ workspace, fileId });
const aJob = ({ ids: { workspace, jobId } }: World) => ({ workspace, jobId });
const aModel = ({ ids: { workspace, modelId } }: World) => ({ workspace, modelId });

const aModelElsewhere = ({ ids: { workspace, modelId, target } }: World) => ({ workspace, modelId, target });

const aMailedAnswer = ({ workspace: { id }, ids: { invitationId } }: World) => ({
  token: answerToken(id, invitationId),
});

const aBudgetOwner = ({ ids: { workspace, keyId } }: World) => ({ workspace, of: `key:${keyId}` });
const aBudget = (world: World) => ({ ...aBudgetOwner(world), span: "day" });

const aKey = ({ ids: { workspace, keyId } }: World) => ({ workspace, keyId });

/** For each procedure an input that succeeds in a world when its caller may. A missing one fails the tests that walk. */
const inputs: Record<string, (world: World) => Input | undefined> = {
  "account.get": () => undefined,
  "account.menu": () => undefined,
  "account.update": () => ({ name: "Ada Lovelace" }),
  "account.avatar": () => ({ hash: avatarHash }),
  "account.setAvatar": () => ({ picture: onePixel }),
  "account.removeAvatar": () => undefined,
  "account.providers": () => undefined,
  "account.unlink": () => ({ provider: "github" }),
  "account.sessions": () => undefined,
  "account.endOtherSessions": () => undefined,
  "account.endSession": ({ sessionId }) => ({ sessionId }),
  "account.pendingEmail": () => undefined,
  "account.changeEmail": ({ workspace: { slug } }) => ({ email: `another-${slug}@example.com` }),
  "account.inspectEmailChange": ({ changeToken }) => ({ token: changeToken }),
  "account.confirmEmail": ({ changeToken }) => ({ token: changeToken }),
  "account.beginExport": () => undefined,
  "account.exportPart": () => ({ section: "sessions" }),
  "account.exportWorkspacePart": ({ workspace: { id } }) => ({ section: "keys", workspaceId: id }),
  "account.mails": () => undefined,
  "account.chooseMails": () => ({ topics: ["join-request"] }),
  "account.deletionPlan": () => undefined,
  "account.remove": ({ caller }) => ({ confirmation: caller.person.email }),
  "audit.choices": inWorkspace,
  "audit.export": ({ ids: { workspace } }) => ({ workspace, search: "workspace" }),
  "audit.list": ({ ids: { workspace } }) => ({ workspace, search: "workspace" }),
  "audit.startExport": ({ ids: { workspace } }) => ({ workspace, format: "csv", action: "key.*" }),
  "audit.verify": inWorkspace,
  "billing.get": inWorkspace,
  "billing.members": inWorkspace,
  "billing.tryLimit": ({ ids: { workspace } }) => ({ workspace, limit: "20.50" }),
  "billing.setLimit": ({ ids: { workspace } }) => ({ workspace, limit: "20.50" }),
  "billing.removeLimit": inWorkspace,
  "billing.setMemberLimit": ({ ids: { workspace, userId } }) => ({ workspace, userId, limit: "5" }),
  "billing.removeMemberLimit": ({ ids: { workspace, userId } }) => ({ workspace, userId }),
  "billing.setThresholds": ({ ids: { workspace } }) => ({ workspace, thresholds: "60, 90" }),
  "billing.statement": inWorkspace,
  "billing.statementLines": inWorkspace,
  "billing.sealedMonth": inWorkspace,
  "billing.sealedPart": ({ ids: { workspace } }) => ({ workspace, month: "2026-11", from: 1, last: 10 }),
  "budgets.get": aBudgetOwner,
  "budgets.list": inWorkspace,
  "budgets.try": (world) => ({ ...aBudget(world), limit: "20.50" }),
  "budgets.set": (world) => ({ ...aBudget(world), limit: "20.50" }),
  "budgets.remove": aBudget,
  "budgets.raise": (world) => ({ ...aBudget(world), limit: "20.50", until: new Date().toISOString().slice(0, 10) }),
  "budgets.endRaise": aBudget,
  "budgets.askForRaise": (world) => ({ ...aBudget(world), limit: "20.50", reason: "A longer evaluation." }),
  "budgets.askForRate": ({ ids: { workspace } }) => ({
    workspace,
    of: "model:limited",
    measure: "requests",
    limit: "120",
  }),
  "domains.add": ({ ids: { workspace } }) => ({ workspace, domain: `new-${workspace}.com`, mode: "join" }),
  "domains.check": ({ ids: { workspace, domainId } }) => ({ workspace, domainId }),
  "domains.list": inWorkspace,
  "domains.remove": ({ ids: { workspace, domainId } }) => ({ workspace, domainId }),
  "domains.setMode": ({ ids: { workspace, domainId } }) => ({ workspace, domainId, mode: "request" }),
  "files.list": inWorkspace,
  "files.get": aFile,
  "files.remove": aFile,
  "fineTuning.cancel": aJob,
  "fineTuning.choices": inWorkspace,
  "fineTuning.create": ({ ids: { workspace, jobId } }) => ({ workspace, model: "small", trainingFiles: [jobId] }),
  "fineTuning.dryRun": ({ ids: { workspace, jobId } }) => ({ workspace, model: "small", trainingFiles: [jobId] }),
  "fineTuning.get": aJob,
  "fineTuning.list": inWorkspace,
  "fineTuning.progress": aJob,
  "fineTuning.start": aJob,
  "instance.enter": () => undefined,
  "instance.operators": () => undefined,
  "instance.addOperator": ({ caller }) => ({ email: caller.person.email }),
  "instance.removeOperator": ({ operators }) => ({ userId: operators[1].person.id }),
  "instance.auditList": () => ({ search: "operator" }),
  "instance.auditChoices": () => undefined,
  "instance.startAuditExport": () => ({ format: "csv" }),
  "instance.auditPart": () => ({ action: "operator.*" }),
  "instance.verifyAudit": () => ({}),
  "invitations.create": ({ ids: { workspace } }) => ({ workspace, emails: "other@else.example", role: "viewer" }),
  "invitations.createMany": ({ ids: { workspace } }) => ({ workspace, list: "other@else.example,viewer" }),
  "invitations.previewMany": ({ ids: { workspace } }) => ({ workspace, list: "other@else.example", role: "viewer" }),
  "invitations.list": inWorkspace,
  "invitations.resend": ({ ids: { workspace, invitationId } }) => ({ workspace, invitationId }),
  "invitations.copyLink": ({ ids: { workspace, invitationId } }) => ({ workspace, invitationId }),
  "invitations.revoke": ({ ids: { workspace, invitationId } }) => ({ workspace, invitationId }),
  "invitations.get": ({ ids: { token } }) => ({ token }),
  "invitations.mine": () => undefined,
  "invitations.accept": ({ ids: { token } }) => ({ token }),
  "invitations.acceptMine": ({ ids: { invitationId } }) => ({ invitationId }),
  "invitations.decline": ({ ids: { token } }) => ({ token }),
  "invitations.declineMine": ({ ids: { invitationId } }) => ({ invitationId }),
  "invitations.inspectByMail": aMailedAnswer,
  "invitations.declineByMail": aMailedAnswer,
  "invitations.reportByMail": aMailedAnswer,
  "inviteLinks.ask": ({ linkToken }) => ({ token: linkToken }),
  "inviteLinks.create": ({ ids: { workspace } }) => ({
    workspace,
    role: "viewer",
    maxUses: "5",
    days: "7",
    domain: "",
  }),
  "inviteLinks.end": inWorkspace,
  "inviteLinks.get": inWorkspace,
  "inviteLinks.inspect": ({ linkToken }) => ({ token: linkToken }),
  "inviteLinks.join": ({ linkToken }) => ({ token: linkToken }),
  "joining.askAtPage": ({ ids: { workspace } }) => ({ slug: workspace }),
  "joining.askByDomain": () => undefined,
  "joining.joinByDomain": () => undefined,
  "joining.open": () => undefined,
  "joining.page": ({ ids: { workspace } }) => ({ slug: workspace }),
  "joining.pageSetting": inWorkspace,
  "joining.setPage": ({ ids: { workspace } }) => ({ workspace, isOpen: false }),
  "joining.withdraw": ({ ids: { requestId } }) => ({ requestId }),
  "joinRequests.approve": ({ ids: { workspace, requestId } }) => ({ workspace, requestId, role: "viewer" }),
  "joinRequests.decline": ({ ids: { workspace, requestId } }) => ({ workspace, requestId }),
  "joinRequests.list": inWorkspace,
  "keys.list": inWorkspace,
  "keys.counts": inWorkspace,
  "keys.hygiene": inWorkspace,
  "keys.policy": inWorkspace,
  "keys.setPolicy": ({ ids: { workspace } }) => ({ workspace, maximumDays: "90" }),
  "keys.create": ({ ids: { workspace } }) => ({ workspace, name: "Production", expiration: "30" }),
  "keys.get": aKey,
  "keys.meter": aKey,
  "keys.update": ({ ids: { workspace, keyId } }) => ({ workspace, keyId, name: "Another name" }),
  "keys.disable": aKey,
  "keys.enable": aKey,
  "keys.revoke": aKey,
  "keys.restore": aKey,
  "keys.rotate": ({ ids: { workspace, keyId } }) => ({ workspace, keyId, overlap: "1" }),
  "keys.fixMany": ({ ids: { workspace, keyId } }) => ({ workspace, keyIds: [keyId], fix: "disable" }),
  "limits.get": inWorkspace,
  "limits.keys": inWorkspace,
  "limits.models": inWorkspace,
  "limits.setRate": ({ ids: { workspace } }) => ({ workspace, model: "", requestsPerMinute: "60" }),
  "limits.removeRate": ({ ids: { workspace } }) => ({ workspace, model: "limited" }),
  "mailbox.isOpen": () => undefined,
  "mailbox.list": () => undefined,
  "mailbox.get": () => ({ id: "some-mail" }),
  "members.list": inWorkspace,
  "members.avatar": ({ ids: { workspace, userId } }) => ({ workspace, userId, hash: avatarHash }),
  "members.admins": inWorkspace,
  "members.changeRole": ({ ids: { workspace, userId } }) => ({ workspace, userId, role: "developer" }),
  "members.remove": ({ ids: { workspace, userId } }) => ({ workspace, userId }),
  "members.leave": inWorkspace,
  "members.setEnd": ({ ids: { workspace, userId } }) => ({ workspace, userId, until: "2030-01-31" }),
  "members.keysOfEnded": inWorkspace,
  "members.setKeysOfEnded": ({ ids: { workspace } }) => ({ workspace, fate: "keep" }),
  "members.belongings": ({ ids: { workspace, userId } }) => ({ workspace, userId }),
  "members.ownBelongings": inWorkspace,
  "models.list": inWorkspace,
  "models.base": inWorkspace,
  "models.choices": inWorkspace,
  "models.get": aModel,
  "models.update": (here) => ({ ...aModel(here), name: "Another name" }),
  "models.setVisibility": (here) => ({ ...aModel(here), visibility: "private" }),
  "models.archive": aModel,
  "models.restore": aModel,
  "models.remove": (here) => ({ ...aModel(here), confirmation: "Support bot" }),
  "models.reassign": (here) => ({ ...aModel(here), userId: here.ids.userId }),
  "models.targets": inWorkspace,
  "models.share": aModelElsewhere,
  "models.endShare": aModelElsewhere,
  "models.movePreview": aModelElsewhere,
  "models.move": (here) => ({ ...aModelElsewhere(here), confirmation: "Support bot" }),
  "models.register": ({ ids: { workspace } }) => ({ workspace, upstream: "a-lora", name: "A LoRA" }),
  "palette.search": ({ ids: { workspace } }) => ({ workspace, search: "key" }),
  "passkeys.list": () => undefined,
  "passkeys.begin": () => undefined,
  "passkeys.add": ({ passkey, caller }) => ({
    name: "Work laptop",
    response: passkey.answerToAdd(challengeOf(caller.person.id)),
  }),
  "passkeys.rename": ({ passkeyId }) => ({ passkeyId, name: "Another laptop" }),
  "passkeys.remove": ({ passkeyId }) => ({ passkeyId }),
  "playground.enter": inWorkspace,
  "playground.models": inWorkspace,
  "roleRequests.own": inWorkspace,
  "roleRequests.ask": ({ ids: { workspace } }) => ({ workspace, role: "billing" }),
  "roleRequests.withdraw": inWorkspace,
  "roleRequests.list": inWorkspace,
  "roleRequests.approve": ({ ids: { workspace, roleRequestId } }) => ({ workspace, roleRequestId, role: "viewer" }),
  "roleRequests.decline": ({ ids: { workspace, roleRequestId } }) => ({ workspace, roleRequestId }),
  "usage.report": ({ ids: { workspace, userId, keyId } }) => ({ workspace, userId, keyId }),
  "usage.month": inWorkspace,
  "usage.filters": ({ ids: { workspace, userId, keyId } }) => ({ workspace, userId, keyId }),
  "usage.recent": ({ ids: { workspace, userId, keyId } }) => ({ workspace, userId, keyId }),
  "usage.latest": inWorkspace,
  "usage.export": ({ ids: { workspace, userId, keyId } }) => ({ workspace, userId, keyId }),
  "viewing.start": ({ ids: { workspace } }) => ({ workspace, role: "viewer" }),
  "workspaces.get": inWorkspace,
  "workspaces.summary": inWorkspace,
  "workspaces.endpoint": inWorkspace,
  "workspaces.list": () => ({}),
  "workspaces.recent": () => undefined,
  "workspaces.create": () => ({ name: "Acme", kind: "organization", creationKey: randomUUID() }),
  "workspaces.rename": ({ ids: { workspace } }) => ({ workspace, name: "Another name" }),
  "workspaces.touch": inWorkspace,
  "workspaces.setSlug": ({ ids: { workspace } }) => ({ workspace, slug: `${workspace}-moved` }),
  "workspaces.setDefaultRole": ({ ids: { workspace } }) => ({ workspace, role: "viewer" }),
  "workspaces.setKeyCreators": ({ ids: { workspace } }) => ({ workspace, keyCreators: "admins" }),
  "workspaces.setSeats": ({ ids: { workspace } }) => ({ workspace, seats: "1000" }),
  "workspaces.icon": inWorkspace,
  "workspaces.setEmoji": ({ ids: { workspace } }) => ({ workspace, emoji: "🚀" }),
  "workspaces.setPicture": ({ ids: { workspace } }) => ({ workspace, picture: onePixel }),
  "workspaces.removeIcon": inWorkspace,
  "workspaces.deletionPlan": inWorkspace,
  "workspaces.remove": ({ workspace: { slug, name } }) => ({ workspace: slug, confirmation: name }),
  "workspaces.restorable": () => undefined,
  "workspaces.restore": ({ ids: { workspace } }) => ({ slug: workspace }),
};

/** Returns the person whom a procedure without a workspace is for in a world: joining is for the invited one, the instance for its operators. */
export function callerOf(path: string, { caller, invited, operators }: World): Signed {
  if (path.startsWith("instance.")) return operators[0];
  return /^(invitations|inviteLinks|joining)\./.test(path) ? invited : caller;
}

/** Returns an input that is valid in a world. Throws for a procedure that has none here yet. */
export function inputFor(path: string, world: World): Input | undefined {
  const make = inputs[path];
  if (!make) throw new Error(`tests/support/procedures.ts has no input for ${path}`);
  return make(world);
}

/** What a call came to, as far as its caller can tell. */
export type Outcome = { reason: string; code: string; message: string } | { value: unknown };

/** Calls a procedure by its path. */
export async function call(api: Caller, path: string, input: unknown): Promise<Outcome> {
  const procedure = path
    .split(".")
    .reduce((at, name) => at[name] as never, api as unknown as Record<string, (input: unknown) => Promise<unknown>>);
  try {
    return { value: await (procedure as unknown as (input: unknown) => Promise<unknown>)(input) };
  } catch (error) {
    const { reason, message } = refusalOf(error as { code?: string; cause?: unknown });
    return { reason, code: (error as { code?: string }).code ?? "", message };
  }
}
