import { createHash, randomBytes, randomUUID } from "node:crypto";
import type { Role } from "@/server/access/permissions";
import { hashToken } from "@/server/joining/invitations/token";
import { owner } from "../database";
import { insertInvitation } from "../factories/invitations";
import { insertKey } from "../factories/keys";
import { ownModel, shareModel } from "../factories/models";
import { insertSession } from "../factories/people";
import { insertWorkspace } from "../factories/workspaces";
import { TestAuthenticator } from "../fakes/authenticator";
import { memberOf, newPerson, type Signed, type TestWorkspace, workspace } from "../people";

// Names are looked up at a port where no server listens.
process.env.DNS_SERVERS = "127.0.0.1:9";

/** Which picture the people of a world have. */
export const avatarHash = "a".repeat(22);

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
  const keyId = await insertKey(owner, made.id, caller.person.id);
  const inviter = made.admin.person.id;
  const invitation = await insertInvitation(owner, made.id, inviter, invited.person.email, { role: "viewer" });
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
  // Another workspace in which the caller is Admin, with which the model is shared.
  const target = await insertWorkspace(owner, caller.person.id, { name: "Another" });
  const operators = await Promise.all([operator(), operator()]);
  const ids = {
    workspace: made.slug,
    userId: bystander.person.id,
    invitationId: invitation.id,
    keyId,
    token: invitation.token,
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

/** A person who runs the instance. */
export async function operator(): Promise<Signed> {
  const signed = await newPerson();
  await owner`insert into operators (user_id, source) values (${signed.person.id}, 'environment')`;
  return signed;
}

/** The challenge that a world's caller has been asked to answer with a new passkey. */
export const challengeOf = (userId: string) => createHash("sha256").update(userId).digest();

/** What a person has under way in their account: another address, a passkey, and a challenge to make another one with. */
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
  await insertSession(owner, id);
  const [session] = await owner`select id from sessions where user_id = ${id}`;
  return { changeToken, passkeyId: String(row?.id), sessionId: String(session?.id), passkey: new TestAuthenticator() };
}
