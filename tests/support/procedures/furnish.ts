import { randomBytes, randomUUID } from "node:crypto";
import type postgres from "postgres";
import { hashToken } from "@/server/joining/invitations/token";
import { lookupOf } from "@/server/usage/end-users/named";
import { insertEndUser } from "../factories/end-users";
import { insertInvitation } from "../factories/invitations";
import { insertKey } from "../factories/keys";
import { insertBaseRetirement, ownModel, shareModel } from "../factories/models";
import { insertPreset } from "../factories/presets";
import { insertPrice } from "../factories/prices";
import { allowOwnProviders, insertOwnProvider } from "../factories/providers";
import { insertReview } from "../factories/reviews";
import { insertRoute } from "../factories/routes";
import { insertTag } from "../factories/tags";
import type { Inhabited, World } from "./world";

/** Inserts what procedures can work on in a world. */
export async function furnish(
  sql: postgres.ISql,
  { workspace: { id, slug, admin }, target, domain, caller, bystander, invited }: Inhabited,
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
