import { randomUUID } from "node:crypto";
import type { Role } from "@/server/access/permissions";
import { env } from "@/server/platform/env";
import { owner } from "../database";
import { aCertificate } from "./a-certificate";
import { type World, world } from "./world";

/** Sends a world's request for a higher ceiling to the operators. */
const askOperators = ({ workspace: { id }, ids }: World) => owner`
  with ceiling as (insert into budgets (workspace_id, whose, subject, span, amount) values (${id}, 'ceiling', 'ceiling', 'month', 1))
  update limit_requests set whose = 'ceiling', measure = 'month', audience = 'operators' where id = ${ids.limitRequestId}`;

/** Removes the variables that say how mail is sent. */
const withoutMailVariables = async () => {
  env().RESEND_API_KEY = undefined;
};

/** Gives one of a world's operators a passkey. */
const withPasskey = async ({ operators }: World, index: 0 | 1) => owner`
  insert into passkeys (user_id, credential_id, public_key, counter, name, is_synced)
  values (${operators[index].person.id}, ${randomUUID()}, ${Buffer.alloc(70)}, 0, 'A passkey', false)`;

const noteUse = (workspaceId: string, keyId: string) => owner`
  insert into key_footprints (workspace_id, key_id, kind, value) values (${workspaceId}, ${keyId}, 'model', 'small')`;

/** Gives the instance one key for SAML, and with `isBeside` another one beside it. */
const samlKeys = (isBeside: boolean) =>
  owner`
  with gone as (delete from saml_keys where not id), kept as (
    insert into saml_keys (id, certificate, key_sealed) values (true, ${aCertificate}, 'x') on conflict (id) do update set signs_since = now())
  select`.then(async () => {
    if (isBeside)
      await owner`insert into saml_keys (id, certificate, key_sealed, signs_since) values (false, ${aCertificate}, 'x', null)`;
  });

const retire = ({ workspace, ids, caller }: World, isRehearsed = false) => owner`
  insert into model_retirements (workspace_id, model_id, retires_at, afterwards, rehearsal_ends_at, created_by)
  values (${workspace.id}, ${ids.modelId}, now() + interval '30 days', 'refuse',
    case when ${isRehearsed} then now() + interval '5 minutes' end, ${caller.person.id})`;

const closeReview = (id: string) =>
  owner`update access_reviews set phase = 'closed', closed_at = now(), next_at = null where id = ${id}`;

/** What must be prepared in a world so that the procedure with this path has something to change. */
const prepared: Record<string, (world: World) => Promise<unknown>> = {
  "account.adoptFormats": ({ caller }) => owner`update users set time_zone = null where id = ${caller.person.id}`,
  "account.unlink": ({ caller }) => owner`
    insert into accounts (user_id, type, provider, provider_account_id) values (${caller.person.id}, 'oauth', 'github', ${caller.person.id})`,
  "billing.removeLimit": ({ caller, workspace: { slug } }) =>
    caller.api.billing.setLimit({ workspace: slug, limit: "1" }),
  "billing.removeMemberLimit": ({ caller, ids: { workspace, userId } }) =>
    caller.api.billing.setMemberLimit({ workspace, userId, limit: "1" }),
  "inviteLinks.ask": ({ invited }) => owner`delete from join_requests where user_id = ${invited.person.id}`,
  "joining.askAtPage": ({ invited }) => owner`delete from join_requests where user_id = ${invited.person.id}`,
  "joining.askByDomain": ({ invited, ids }) => owner`
    with asked as (delete from join_requests where user_id = ${invited.person.id})
    update domains set mode = 'request' where id = ${ids.domainId}`,
  "keys.enable": ({ caller, ids: { workspace, keyId } }) => caller.api.keys.disable({ workspace, keyId }),
  "keys.narrow": ({ ids: { keyId }, workspace: { id } }) => noteUse(id, keyId),
  "keys.undoNarrowing": async ({ caller, ids: { workspace, keyId }, workspace: { id } }) => {
    await noteUse(id, keyId);
    await caller.api.keys.narrow({ workspace, keyId });
  },
  "reviews.restoreKey": ({ ids: { keyId, reviewId } }) => owner`
    with off as (update api_keys set disabled_at = now(), disabled_because = 'person', disabled_by_admin = true where id = ${keyId})
    update access_review_items set decision = 'lapsed', decided_at = now() where review_id = ${reviewId} and subject = ${keyId}`,
  "reviews.restoreMember": ({ ids: { userId, reviewId }, workspace: { id } }) => owner`
    with off as (update memberships set ends_at = now(), restorable_until = now() + interval '30 days'
      where workspace_id = ${id} and user_id = ${userId})
    update access_review_items set decision = 'lapsed', decided_at = now() where review_id = ${reviewId} and subject = ${userId}`,
  "reviews.result": ({ ids: { reviewId } }) => closeReview(reviewId),
  "reviews.start": ({ ids: { reviewId } }) => closeReview(reviewId),
  "keys.restore": ({ caller, ids: { workspace, keyId } }) => caller.api.keys.revoke({ workspace, keyId }),
  "workspaces.restore": async ({ caller, workspace: { slug, id } }) => {
    const [row] = await owner`select name from workspaces where id = ${id}`;
    await caller.api.workspaces.remove({ workspace: slug, confirmation: row?.name });
  },
  "invitations.askForSeat": ({ invited, workspace: { id } }) => owner`
    with asked as (delete from join_requests where user_id = ${invited.person.id})
    update workspaces set seats = member_count where id = ${id}`,
  "instance.allowAddress": ({ ids: { userId: id } }) => owner`
    insert into suppressed_addresses (id, email, reason) values (${id}, ${`${id}@example.com`}, 'bounced') on conflict do nothing`,
  "instance.setMail": withoutMailVariables,
  "instance.tryMail": withoutMailVariables,
  "instance.removeMail": () => owner`
    insert into mail_route (kind, sender, host, port, encryption) values ('smtp', 'atelier@example.com', 'mail.example.com', 587, 'starttls')
    on conflict do nothing`,
  "instance.endLook": ({ operators: [operator], workspace: { id } }) => owner`
    insert into looks (workspace_id, operator_id, reason) values (${id}, ${operator.person.id}, 'Requests fail.')`,
  "looks.end": ({ ids: { lookId } }) =>
    owner`update looks set status = 'granted', ends_at = now() + interval '1 hour' where id = ${lookId}`,
  "budgets.askForCount": ({ workspace: { id } }) => owner`update workspaces set most_keys = 50 where id = ${id}`,
  "instance.declineCeiling": askOperators,
  "instance.grantCeiling": askOperators,
  "instance.personFilePart": ({ operators: [operator], ids: { userId } }) =>
    operator.api.instance.beginPersonFile({ userId }),
  "account.exportPart": ({ caller }) => caller.api.account.beginExport(),
  "account.exportWorkspacePart": ({ caller }) => caller.api.account.beginExport(),
  "audit.export": ({ caller, ids: { workspace } }) =>
    caller.api.audit.startExport({ workspace, search: "workspace", format: "csv" }),
  "instance.auditPart": ({ operators: [operator] }) =>
    operator.api.instance.startAuditExport({ action: "operator.*", format: "csv" }),
  "instance.reactivate": ({ ids }) => owner`update users set deactivated_at = now() where id = ${ids.userId}`,
  "instance.removeLogo": () => owner`
    with made as (insert into instance_logo (webp) values ('x') on conflict do nothing) update instance_settings set logo_version = 1`,
  "instance.restoreWorkspace": ({ workspace: { id } }) =>
    owner`update workspaces set deleted_at = now() where id = ${id}`,
  "instance.resume": ({ workspace: { id } }) => owner`update workspaces set suspended_at = now() where id = ${id}`,
  "instance.removeSignInProvider": ({ signInProviderId }) =>
    owner`delete from group_rules where provider_id = ${signInProviderId}`,
  "instance.removePasskeys": ({ ids }) => owner`
    insert into passkeys (user_id, credential_id, public_key, counter, name, is_synced)
    values (${ids.userId}, ${randomUUID()}, ${Buffer.alloc(70)}, 0, 'A passkey', false)`,
  // At most 50 are allowed, and more worlds than that have been made. The oldest may be reused.
  "instance.addSamlProvider": () =>
    owner`delete from sign_in_providers where id in (select id from sign_in_providers order by created_at offset 20)`,
  "instance.addSamlKey": () => samlKeys(false),
  "instance.removeSamlKey": () => samlKeys(true),
  "instance.signWithSamlKey": () => samlKeys(true),
  "instance.updateSamlProvider": ({ signInProviderId }) =>
    owner`
      update sign_in_providers set protocol = 'saml', secret_sealed = null, scope = null,
        sign_in_url = 'https://192.0.9.9/sso', certificates = array[${aCertificate}]
      where id = ${signInProviderId}`,
  "instance.removeSignInRule": ({ workspace: { slug } }) =>
    owner`insert into sign_in_rules (domain, provider) values (${`${slug}.com`}, 'github')`,
  "instance.setBreakGlass": (world) => withPasskey(world, 1),
  "instance.setSignInRule": async (world) => {
    await withPasskey(world, 0);
    await owner`update instance_settings set break_glass = ${world.operators[0].person.id}`;
  },
  "instance.endBaseRehearsal": ({ workspace: { slug } }) => owner`
    update base_retirements set rehearsal_ends_at = now() + interval '5 minutes' where model_id = ${`retired-${slug}`}`,
  "models.cancelRetirement": (world) => retire(world),
  "models.endRehearsal": (world) => retire(world, true),
  "models.rehearseRetirement": (world) => retire(world),
  "models.restore": ({ caller, ids: { workspace, modelId } }) => caller.api.models.archive({ workspace, modelId }),
};

/**
 * Returns a world in which this procedure has something to change. Its caller has this role in the workspace, by
 * default Admin.
 */
export async function readyFor(path: string, role?: Role): Promise<World> {
  const here = await world(role);
  await prepared[path]?.(here);
  return here;
}

/** Checks whether a procedure needs more than every world has. */
export const needsMore = (path: string): boolean => path in prepared;
