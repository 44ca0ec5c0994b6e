import { randomBytes, randomUUID } from "node:crypto";
import { readdirSync } from "node:fs";
import path from "node:path";
import { type SQL, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/postgres-js";
import { beforeAll, expect, test } from "vitest";
import type { Db } from "@/db/client";
import * as accountExport from "@/server/account/export/queries";
import { workspaceSections } from "@/server/account/export/sections";
import * as inbox from "@/server/account/inbox/queries";
import * as auditChoices from "@/server/audit/choices/queries";
import * as auditExports from "@/server/audit/exports/queries";
import * as auditReading from "@/server/audit/reading/queries";
import * as auditSeals from "@/server/audit/seals/queries";
import * as batchChanges from "@/server/batches/changes/queries";
import * as batchCharges from "@/server/batches/charges/queries";
import * as batches from "@/server/batches/queries";
import * as batchRights from "@/server/batches/rights/queries";
import * as batchRunning from "@/server/batches/running/queries";
import * as billingAlerts from "@/server/billing/alerts/queries";
import * as defaultLimits from "@/server/billing/defaults/queries";
import * as billing from "@/server/billing/queries";
import * as rateLimits from "@/server/billing/rate-limits/queries";
import * as billingStatements from "@/server/billing/statement/queries";
import * as webhooks from "@/server/billing/webhooks/queries";
import * as countedCeilings from "@/server/budgets/ceilings/queries";
import * as budgets from "@/server/budgets/queries";
import * as limitRequests from "@/server/budgets/requests/queries";
import * as files from "@/server/files/queries";
import * as fileRemoval from "@/server/files/removal/queries";
import * as fileUploads from "@/server/files/uploads/queries";
import * as fineTuningAdvancing from "@/server/fine-tuning/advancing/queries";
import * as fineTuningChanges from "@/server/fine-tuning/changes/queries";
import * as fineTuningFiles from "@/server/fine-tuning/files/queries";
import * as fineTuning from "@/server/fine-tuning/queries";
import * as keptResponses from "@/server/gateway/kept-responses/queries";
import * as ceilingsOnUse from "@/server/instance/ceilings/queries";
import * as instanceFigures from "@/server/instance/figures/queries";
import * as instancePeople from "@/server/instance/people/queries";
import * as ceilingRequests from "@/server/instance/requests/queries";
import * as instanceWorkspaces from "@/server/instance/workspaces/queries";
import * as domains from "@/server/joining/domains/queries";
import * as groupRules from "@/server/joining/groups/queries";
import * as answering from "@/server/joining/invitations/answering/queries";
import * as mailedInvitations from "@/server/joining/invitations/by-mail/queries";
import * as invitationList from "@/server/joining/invitations/list/queries";
import * as invitations from "@/server/joining/invitations/queries";
import * as invitationReminders from "@/server/joining/invitations/reminders/queries";
import * as inviteLinks from "@/server/joining/links/queries";
import * as joining from "@/server/joining/requests/queries";
import * as keyCeiling from "@/server/keys/ceiling/queries";
import * as endingKeys from "@/server/keys/ending/queries";
import * as keyFootprints from "@/server/keys/footprint/queries";
import * as leakedKeys from "@/server/keys/leaks/queries";
import * as keyLife from "@/server/keys/lifecycle/queries";
import * as keyList from "@/server/keys/list/queries";
import * as keyPolicy from "@/server/keys/policy/queries";
import * as keys from "@/server/keys/queries";
import * as keyReminders from "@/server/keys/reminders/queries";
import * as joinedMembers from "@/server/members/joined/queries";
import * as ending from "@/server/members/offboarding/ending/queries";
import * as formerMembers from "@/server/members/offboarding/former/queries";
import * as left from "@/server/members/offboarding/left/queries";
import * as offboarding from "@/server/members/offboarding/queries";
import * as members from "@/server/members/queries";
import * as roleRequests from "@/server/members/role-requests/queries";
import * as hiddenModels from "@/server/membership/hidden-models/queries";
import * as givenLooks from "@/server/membership/looks/queries";
import * as membership from "@/server/membership/queries";
import * as liveWorkspace from "@/server/membership/workspace/queries";
import * as allowances from "@/server/model-servers/allowances/queries";
import * as modelCalls from "@/server/models/calls/queries";
import * as modelErasing from "@/server/models/erasing/queries";
import * as modelLineage from "@/server/models/lineage/queries";
import * as modelList from "@/server/models/list/queries";
import * as modelMoving from "@/server/models/moving/queries";
import * as models from "@/server/models/queries";
import * as retirementMails from "@/server/models/retirement/mails/queries";
import * as modelRetirements from "@/server/models/retirement/queries";
import * as modelRoutes from "@/server/models/routes/queries";
import * as modelSharing from "@/server/models/sharing/queries";
import * as usableModels from "@/server/models/usable/queries";
import * as palette from "@/server/palette/queries";
import * as presets from "@/server/playground/presets/queries";
import * as reviewGathering from "@/server/reviews/gathering/queries";
import * as reviewItems from "@/server/reviews/items/queries";
import * as reviewPlans from "@/server/reviews/plan/queries";
import * as reviews from "@/server/reviews/queries";
import { lookupOf } from "@/server/usage/end-users/named";
import * as endUsers from "@/server/usage/end-users/queries";
import * as billingHistory from "@/server/usage/history/queries";
import * as ofLate from "@/server/usage/of-late/queries";
import * as usageQueries from "@/server/usage/queries";
import * as usageReports from "@/server/usage/reports/queries";
import * as usageRequests from "@/server/usage/requests/queries";
import * as rollUps from "@/server/usage/roll-ups/queries";
import * as usageSeals from "@/server/usage/seals/queries";
import * as usageTags from "@/server/usage/tags/queries";
import * as usageTraining from "@/server/usage/training/queries";
import * as workspaceAddress from "@/server/workspaces/address/queries";
import * as workspaceAlerts from "@/server/workspaces/alerts/queries";
import * as workspaceIcons from "@/server/workspaces/icon/queries";
import * as workspaceLife from "@/server/workspaces/life/queries";
import * as looks from "@/server/workspaces/looks/queries";
import * as workspaceOverview from "@/server/workspaces/overview/queries";
import * as workspacePolicy from "@/server/workspaces/policy/queries";
import * as ownProviders from "@/server/workspaces/providers/queries";
import * as workspacePurging from "@/server/workspaces/purging/queries";
import * as workspaces from "@/server/workspaces/queries";
import * as savedViews from "@/server/workspaces/views/queries";
import { owner } from "@/tests/support/database";
import { trainedJob } from "@/tests/support/factories/models";
import { spend } from "@/tests/support/factories/spending";
import { use } from "@/tests/support/factories/usage";
import { type TestWorkspace, workspace } from "@/tests/support/people";
import { type World, world } from "@/tests/support/procedures/world";

// Here the queries run as a superuser, whom no policy holds back: what keeps one workspace's rows from another is then
// the condition in each query alone.

/** All modules of queries, by their folder in server/, so that a new one is tested without being listed here. */
const slices = new Map<string, Record<string, unknown>>();

/** A workspace with rows of every kind, and the mail to which one of its pending invitations could be linked. */
let theirs: World & { mailId: string; jobId: string; targetId: string };
/**
 * A workspace with its Admin and nothing else. Created second, so that a query without a condition finds the other's
 * rows first.
 */
let mine: TestWorkspace;
/** All tables with rows of workspaces, found by their column, so that a new one is included. */
let tenantTables: string[];

const everyMember = { search: "", role: "" } as const;
const everything = { search: "" };
/** The audit log of a workspace that was only created. */
const created = ["workspace.created"];
const sealTheirs = () => sql`
  insert into audit_seals (workspace_id, sequence, event_id, hash)
  select workspace_id, row_number() over (), id, sha256('') from audit_events where workspace_id = ${theirs.workspace.id}`;
const sealTheirUsage = () => sql`select seal_usage(${theirs.workspace.id}, 100)`;
const everyModel = { search: "", kind: "", state: "", sort: "newest", order: "" } as const;
/** Returns a member who can see all models of their workspace. */
const reader = () => ({ personId: theirs.caller.person.id, seesAll: true });
const aPreset = { name: "Terse", instructions: "", parameters: {}, tools: "" };
const aRoute = {
  mode: "ordered" as const,
  models: [{ model: "large", weight: 1 }],
  saverModel: null,
  saverPercent: null,
};
const thisMonth = () => `${new Date().toISOString().slice(0, 7)}-01`;
const everyKey = { search: "", owner: "" };
const used = {
  span: { from: new Date(Date.now() - 86_400_000), to: new Date(Date.now() + 86_400_000) },
  filters: {},
};

/** Returns their job as claimed by the instance that follows it. */
const claimed = () => ({ workspaceId: mine.id, id: theirs.ids.jobId, claimedUntil: "2030-01-01 00:00:00+00" });
const claimTheirs = () => sql`
  update fine_tuning_jobs set claimed_until = '2030-01-01 00:00:00+00' where id = ${theirs.ids.jobId}`;

const batchClaim = randomUUID();
/** Returns their batch as claimed by the instance that works on it. */
const heldBatch = () => ({ workspaceId: mine.id, id: theirs.ids.batchId, claim: batchClaim });
const holdTheirs = () => sql`update batches set claim = ${batchClaim} where id = ${theirs.ids.batchId}`;
const theirLine = () => sql`
  insert into batch_lines (workspace_id, batch_id, line, is_error, sealed)
  values (${theirs.workspace.id}, ${theirs.ids.batchId}, 1, false, '\\x01')`;
const theirCharge = (at = sql`now()`) => sql`
  insert into batch_charges (workspace_id, batch_id, line, request_id, at, prompt_tokens, completion_tokens, cost)
  values (${theirs.workspace.id}, ${theirs.ids.batchId}, 1, gen_random_uuid(), ${at}, 1, 1, 1)`;

const theirRunningJob = () => sql`
  update fine_tuning_jobs set status = 'RUNNING', ended_at = null, created_by = ${theirs.caller.person.id} where id = ${theirs.jobId}`;
const deliveryId = randomUUID();
const theirDelivery = () => sql`
  insert into webhook_deliveries (workspace_id, id, kind, body) values (${theirs.workspace.id}, ${deliveryId}, 'test', '{}')`;
const theirCeiling = () => sql`
  insert into budgets (workspace_id, whose, subject, span, amount)
  values (${theirs.workspace.id}, 'ceiling', 'ceiling', 'month', 5)`;
const noCeilings = {
  ...{ requestsPerMinute: null, tokensPerMinute: null, keys: null, members: null, fileMegabytes: null },
};
const theirOldUsage = () => sql`
  update usage_hourly set hour = hour - interval '3 days' where workspace_id = ${theirs.workspace.id}`;
const theirKeptResponse = (expiresAt = "now() + interval '1 day'") => sql`
  insert into kept_responses (workspace_id, id, item_ids, sealed, created_at, expires_at)
  values (${theirs.workspace.id}, 'resp_theirs', '{msg_theirs}', '\\x01', now() - interval '2 days', ${sql.raw(expiresAt)})`;
const theirFootprint = (lastAt = "now()") => sql`
  insert into key_footprints (workspace_id, key_id, kind, value, last_at)
  values (${theirs.workspace.id}, ${theirs.ids.keyId}, 'scope', 'chat', ${sql.raw(lastAt)})`;
const theirPrivateFiles = () => sql`update files set visibility = 'user' where workspace_id = ${theirs.workspace.id}`;

const theirRetirement = (rehearsalEndsAt = "null") => sql`
  insert into model_retirements (workspace_id, model_id, retires_at, afterwards, rehearsal_ends_at, created_by)
  values (${theirs.workspace.id}, ${theirs.ids.modelId}, now() + interval '30 days', 'refuse', ${sql.raw(rehearsalEndsAt)},
    ${theirs.caller.person.id})`;
const theirPlan = () => sql`
  insert into access_review_plans (workspace_id, next_at) values (${theirs.workspace.id}, now())`;
const theirItem = () => ({ reviewId: theirs.ids.reviewId, kind: "key" as const, subject: theirs.ids.keyId });

/** Returns their key as the owner of limits. */
const theirKey = (): budgets.Subject => {
  const of = `key:${theirs.ids.keyId}`;
  return { of, kind: "key", name: "A key", counter: of };
};

type Look = { ask: (db: Db, id: string) => Promise<unknown>; prepare?: SQL; gives: unknown };

/** Reading queries, called for my workspace with ids of theirs. */
const reads: Record<string, () => Look> = {
  "audit/choices.distinct": () => ({ ask: (db, id) => auditChoices.distinct(db, id, "action", 10), gives: created }),
  "audit/choices.people": () => ({
    ask: async (db, id) => (await auditChoices.people(db, id, 10)).map((person) => person.id),
    gives: [mine.admin.person.id],
  }),
  "audit/choices.isActor": () => ({
    ask: (db, id) => auditChoices.isActor(db, id, theirs.workspace.admin.person.id),
    gives: false,
  }),
  "audit/exports.isBegun": () => ({
    ask: (db, id) => auditExports.isBegun(db, id, theirs.caller.person.id, "audit.exported", { search: "" }),
    prepare: sql`
      insert into audit_events (workspace_id, actor_id, action, target_type, target_id, after)
      values (${theirs.workspace.id}, ${theirs.caller.person.id}, 'audit.exported', 'workspace', 'x', '{"format": "csv"}')`,
    gives: false,
  }),
  "audit/reading.list": () => ({
    ask: async (db, id) =>
      [
        ...(await auditReading.list(db, id, everything, "desc", {})).rows,
        ...(await auditReading.list(db, id, { search: "e", action: "workspace.*" }, "asc", {})).rows,
      ].map(({ action }) => action),
    gives: [...created, ...created],
  }),
  "audit/reading.part": () => ({
    ask: async (db, id) =>
      (await auditReading.part(db, id, { search: "workspace" }, undefined)).rows.map(({ action }) => action),
    gives: created,
  }),
  "audit/seals.head": () => ({ ask: (db, id) => auditSeals.head(db, id), prepare: sealTheirs(), gives: undefined }),
  "audit/seals.listUnsealed": () => ({
    ask: async (db, id) => (await auditSeals.listUnsealed(db, id, 100)).map(({ action }) => action),
    gives: created,
  }),
  "audit/seals.listLinks": () => ({
    ask: (db, id) => auditSeals.listLinks(db, id, 0, 100),
    prepare: sealTheirs(),
    gives: [],
  }),
  "audit/seals.findLoose": () => ({
    ask: (db, id) => auditSeals.findLoose(db, id, undefined, 100),
    prepare: sql`delete from audit_unsealed where workspace_id = ${theirs.workspace.id}`,
    gives: { loose: undefined, last: null },
  }),
  "audit/seals.countUnsealed": () => ({ ask: (db, id) => auditSeals.countUnsealed(db, id), gives: 1 }),
  "account/export.workspacePart": () => ({
    ask: async (db, id) => {
      const parts = Object.values(workspaceSections).map((section) =>
        accountExport.workspacePart(db, id, theirs.caller.person.id, section, undefined),
      );
      return (await Promise.all(parts)).flatMap(({ rows }) => rows);
    },
    gives: [],
  }),
  "billing.settings": () => ({
    ask: (db, id) => billing.settings(db, id),
    gives: { limit: null, thresholds: [50, 80, 100] },
  }),
  "instance/people.holdKeys": () => ({
    ask: (db, id) => instancePeople.holdKeys(db, id, theirs.caller.person.id),
    gives: [],
  }),
  "instance/workspaces.admins": () => ({
    ask: async (db, id) => (await instanceWorkspaces.admins(db, id)).map(({ email }) => email),
    gives: [mine.admin.person.email],
  }),
  "instance/workspaces.atStake": () => ({
    ask: (db, id) => instanceWorkspaces.atStake(db, id),
    gives: { keys: 0, requests: 0, jobs: 0 },
  }),
  "instance/ceilings.find": () => ({
    ask: (db, id) => ceilingsOnUse.find(db, id),
    prepare: sql`update workspaces set most_keys = 5 where id = ${theirs.workspace.id}`,
    gives: noCeilings,
  }),
  "instance/ceilings.fileBytes": () => ({ ask: (db, id) => ceilingsOnUse.fileBytes(db, id), gives: 0 }),
  "instance/workspaces.ceilings": () => ({
    ask: (db, id) => instanceWorkspaces.ceilings(db, id),
    prepare: theirCeiling(),
    gives: {},
  }),
  "billing.ceiling": () => ({
    ask: (db, id) => billing.ceiling(db, id),
    prepare: theirCeiling(),
    gives: null,
  }),
  "billing.spend": () => ({ ask: (db, id) => billing.spend(db, id, "workspace"), gives: { spent: 0, reserved: 0 } }),
  "billing.earlierMonths": () => ({ ask: (db, id) => billing.earlierMonths(db, id), gives: [] }),
  "billing.member": () => ({ ask: (db, id) => billing.member(db, id, theirs.ids.userId), gives: undefined }),
  "billing.members": () => ({
    ask: async (db, id) => (await billing.members(db, id, everything)).rows.map(({ userId, spent }) => [userId, spent]),
    gives: [[mine.admin.person.id, 0]],
  }),
  "billing.countMembers": () => ({ ask: (db, id) => billing.countMembers(db, id, ""), gives: 1 }),
  "billing/alerts.recipients": () => ({
    ask: (db, id) => billingAlerts.recipients(db, id),
    gives: [mine.admin.person.email],
  }),
  "billing/webhooks.find": () => ({
    ask: (db, id) => webhooks.find(db, id),
    gives: undefined,
  }),
  "billing/webhooks.ofMember": () => ({
    ask: (db, id) => webhooks.ofMember(db, id, theirs.caller.person.id),
    prepare: sql`
      insert into alert_webhooks (workspace_id, host, url_sealed, secret_sealed, set_by)
      values (${theirs.workspace.id}, 'a.example', 'x', 'x', ${theirs.caller.person.id})
      on conflict (workspace_id) do update set set_by = excluded.set_by`,
    gives: undefined,
  }),
  "billing/webhooks.latest": () => ({
    ask: (db, id) => webhooks.latest(db, id),
    prepare: theirDelivery(),
    gives: [],
  }),
  "usage/history.byDay": () => ({ ask: (db, id) => billingHistory.byDay(db, id, "2020-01-01", []), gives: [] }),
  "usage/history.byModel": () => ({ ask: (db, id) => billingHistory.byModel(db, id, "2020-01-01", 10), gives: [] }),
  "usage/history.daily": () => ({ ask: (db, id) => billingHistory.daily(db, id, "2020-01-01"), gives: [] }),
  "usage/history.failingKeys": () => ({
    ask: (db, id) => billingHistory.failingKeys(db, id, 10),
    prepare: sql`update usage_hourly set errors = requests where workspace_id = ${theirs.workspace.id}`,
    gives: [],
  }),
  "usage/history.firstUse": () => ({ ask: (db, id) => billingHistory.firstUse(db, id), gives: null }),
  "usage/history.hours": () => ({ ask: (db, id) => billingHistory.hours(db, id, 30), gives: [] }),
  "billing/statement.lines": () => ({
    ask: async (db, id) => billingStatements.lines(db, id, (await billing.clock(db)).period.slice(0, 7), 10),
    gives: {
      lines: [],
      total: { requests: 0, errors: 0, promptTokens: 0, completionTokens: 0, classes: {}, cost: 0 },
    },
  }),
  "usage/seals.findMonth": () => ({
    ask: async (db, id) => usageSeals.findMonth(db, id, (await billing.clock(db)).period.slice(0, 7)),
    prepare: sealTheirUsage(),
    gives: { first: 0, last: 0, previous: "0".repeat(64), lines: 0, cost: 0 },
  }),
  "usage/seals.listMoments": () => ({
    ask: (db, id) => usageSeals.listMoments(db, id, "2026-11", { from: 1, last: 100 }, 100),
    prepare: sealTheirUsage(),
    gives: [],
  }),
  "joining/groups.list": () => ({ ask: (db, id) => groupRules.list(db, id), gives: [] }),
  "joining/groups.hold": () => ({ ask: (db, id) => groupRules.hold(db, id, theirs.ids.ruleId), gives: undefined }),
  "joining/groups.madeBy": () => ({
    ask: (db, id) => groupRules.madeBy(db, id, theirs.ids.userId),
    prepare: sql`
      update memberships set by_provider = ${theirs.signInProviderId} where workspace_id = ${theirs.workspace.id}`,
    gives: undefined,
  }),
  "joining/domains.list": () => ({ ask: (db, id) => domains.list(db, id), gives: [] }),
  "joining/domains.find": () => ({ ask: (db, id) => domains.find(db, id, theirs.ids.domainId), gives: undefined }),
  "joining/domains.isProvedElsewhere": () => ({
    ask: (db, id) => domains.isProvedElsewhere(db, id, `${theirs.workspace.slug}.example`),
    gives: true,
  }),
  "joining/domains.isAddressProofAlive": () => ({
    ask: (db, id) => domains.isAddressProofAlive(db, id, theirs.ids.domainId),
    gives: false,
  }),
  "files.visibleFile": () => ({
    ask: (db, id) => files.visibleFile(db, id, theirCaller(), theirs.ids.fileId),
    gives: undefined,
  }),
  "files.holdFile": () => ({
    ask: (db, id) => files.holdFile(db, id, theirCaller(), theirs.ids.fileId),
    gives: undefined,
  }),
  "files.details": () => ({
    ask: (db, id) => files.details(db, id, theirCaller(), theirs.ids.fileId),
    gives: undefined,
  }),
  "files.list": () => ({
    ask: async (db, id) => (await files.list(db, id, theirCaller(), { ...everything, order: "" })).rows,
    gives: [],
  }),
  "files.roomLeft": () => ({
    ask: (db, id) => files.roomLeft(db, id),
    prepare: sql`update workspaces set most_file_bytes = 5 where id in (${mine.id}, ${theirs.workspace.id})`,
    gives: 5,
  }),
  "files.total": () => ({ ask: (db, id) => files.total(db, id, theirCaller()), gives: 0 }),
  "files.part": () => ({
    ask: async (db, id) => [
      await files.part(db, id, theirCaller(), {}, { limit: 10, order: "desc" }),
      await files.part(db, id, theirCaller(), {}, { limit: 10, order: "asc", after: theirs.ids.fileId }),
    ],
    gives: [[], undefined],
  }),
  "files/removal.jobsOf": () => ({
    ask: (db, id) => fileRemoval.jobsOf(db, id, theirs.ids.fileId),
    prepare: theirJob(),
    gives: [],
  }),
  "batches.find": () => ({ ask: (db, id) => batches.find(db, id, theirs.ids.batchId), gives: undefined }),
  "batches.list": () => ({ ask: async (db, id) => (await batches.list(db, id, {}, {})).rows, gives: [] }),
  "batches.listSome": () => ({ ask: (db, id) => batches.listSome(db, id, {}, { offset: 0, limit: 10 }), gives: [] }),
  "batches.total": () => ({ ask: (db, id) => batches.total(db, id, {}), gives: 0 }),
  "batches.active": () => ({ ask: (db, id) => batches.active(db, id), gives: 0 }),
  "batches.choosableFiles": () => ({
    ask: (db, id) => batches.choosableFiles(db, id, theirs.caller.person.id),
    gives: [],
  }),
  "batches/changes.hold": () => ({ ask: (db, id) => batchChanges.hold(db, id, theirs.ids.batchId), gives: undefined }),
  "batches/rights.keyEnd": () => ({ ask: (db, id) => batchRights.keyEnd(db, id, theirs.ids.keyId), gives: undefined }),
  "batches/rights.memberState": () => ({
    ask: (db, id) => batchRights.memberState(db, id, theirs.caller.person.id),
    gives: { workspace: "live", role: null },
  }),
  "batches/running.listDone": () => ({
    ask: (db, id) => batchRunning.listDone(db, id, theirs.ids.batchId),
    prepare: theirLine(),
    gives: [],
  }),
  "batches/charges.chargedIn": () => ({
    ask: (db, id) => batchCharges.chargedIn(db, id, theirs.ids.batchId),
    prepare: theirCharge(),
    gives: { promptTokens: 0, completionTokens: 0, cost: 0 },
  }),
  "batches/charges.hasUnnoted": () => ({
    ask: (db, id) => batchCharges.hasUnnoted(db, id, theirs.ids.batchId),
    prepare: theirLine(),
    gives: false,
  }),
  "batches/running.takeStock": () => ({
    ask: (db, id) => batchRunning.takeStock(db, id, heldBatch()),
    prepare: theirCharge(),
    gives: [],
  }),
  "batches/running.listLines": () => ({
    ask: (db, id) =>
      batchRunning.listLines(db, id, theirs.ids.batchId, { isError: false, after: 0, limit: 10, bytes: 1_000 }),
    prepare: theirLine(),
    gives: [],
  }),
  "fine-tuning.find": () => ({ ask: (db, id) => fineTuning.find(db, id, theirs.ids.jobId), gives: undefined }),
  "fine-tuning.list": () => ({ ask: async (db, id) => (await fineTuning.list(db, id, {}, {})).rows, gives: [] }),
  "fine-tuning.listSome": () => ({
    ask: (db, id) => fineTuning.listSome(db, id, {}, { offset: 0, limit: 10 }),
    gives: [],
  }),
  "fine-tuning.total": () => ({ ask: (db, id) => fineTuning.total(db, id, {}), gives: 0 }),
  "fine-tuning.active": () => ({ ask: (db, id) => fineTuning.active(db, id), gives: 0 }),
  "fine-tuning.usedModels": () => ({ ask: (db, id) => fineTuning.usedModels(db, id), gives: [] }),
  "fine-tuning/changes.hold": () => ({
    ask: (db, id) => fineTuningChanges.hold(db, id, theirs.ids.jobId),
    gives: undefined,
  }),
  "fine-tuning.events": () => ({
    ask: (db, id) => fineTuning.events(db, id, theirs.ids.jobId),
    prepare: sql`
      insert into fine_tuning_events (workspace_id, job_id, number, name, data)
      values (${theirs.workspace.id}, ${theirs.ids.jobId}, 1, 'e', '{}')`,
    gives: [],
  }),
  "fine-tuning.checkpoints": () => ({
    ask: (db, id) => fineTuning.checkpoints(db, id, theirs.ids.jobId),
    prepare: sql`
      insert into fine_tuning_checkpoints (workspace_id, job_id, step)
      values (${theirs.workspace.id}, ${theirs.ids.jobId}, 1)`,
    gives: [],
  }),
  "fine-tuning/files.filesOf": () => ({
    ask: (db, id) => fineTuningFiles.filesOf(db, id, theirs.ids.jobId, null),
    gives: [],
  }),
  "fine-tuning/files.usableFiles": () => ({
    ask: (db, id) => fineTuningFiles.usableFiles(db, id, null, [theirs.ids.jobId]),
    gives: [],
  }),
  "fine-tuning/files.choosableFiles": () => ({
    ask: (db, id) => fineTuningFiles.choosableFiles(db, id, theirs.caller.person.id),
    gives: [],
  }),
  "fine-tuning/advancing.holdClaimed": () => ({
    ask: (db, id) => fineTuningAdvancing.holdClaimed(db, id, claimed()),
    prepare: claimTheirs(),
    gives: undefined,
  }),
  "joining/invitations.countPending": () => ({ ask: (db, id) => invitations.countPending(db, id), gives: 0 }),
  "joining/invitations.listKnown": () => ({
    ask: (db, id) => invitations.listKnown(db, id, [theirs.caller.person.email, theirs.invited.person.email]),
    prepare: sql`
      update invitations set status = 'declined', reported_at = now() where id = ${theirs.ids.invitationId}`,
    gives: new Map(),
  }),
  "joining/invitations/list.list": () => ({
    ask: (db, id) => invitationList.list(db, id, { search: "", sort: "newest", order: "" }),
    gives: { rows: [], previous: null, next: null },
  }),
  "joining/invitations/list.countMatching": () => ({
    ask: (db, id) => invitationList.countMatching(db, id, ""),
    gives: 0,
  }),
  "joining/invitations.exists": () => ({
    ask: (db, id) => invitations.exists(db, id, theirs.ids.invitationId),
    gives: false,
  }),
  "joining/invitations/by-mail.find": () => ({
    ask: (db, id) => mailedInvitations.find(db, id, theirs.ids.invitationId),
    gives: undefined,
  }),
  "joining/requests.isPageOpen": () => ({
    ask: (db, id) => joining.isPageOpen(db, id),
    // All join pages except mine are open.
    prepare: sql`update workspaces set is_join_page_open = (id <> ${mine.id})`,
    gives: false,
  }),
  "joining/requests.isWaiting": () => ({
    ask: (db, id) => joining.isWaiting(db, id, theirs.invited.person.id),
    gives: false,
  }),
  "joining/requests.listPending": () => ({
    ask: (db, id) => joining.listPending(db, id),
    gives: { rows: [], total: 0 },
  }),
  "joining/requests.find": () => ({ ask: (db, id) => joining.find(db, id, theirs.ids.requestId), gives: undefined }),
  "joining/links.find": () => ({ ask: (db, id) => inviteLinks.find(db, id), gives: undefined }),
  "keys/lifecycle.firstRequest": () => ({
    ask: (db, id) => keyLife.firstRequest(db, id, theirs.ids.keyId, new Date(0)),
    gives: undefined,
  }),
  "keys/lifecycle.requestsLastHour": () => ({
    ask: (db, id) => keyLife.requestsLastHour(db, id, theirs.ids.keyId),
    prepare: sql`
      insert into usage_ledger (workspace_id, id, key_id, model, upstream_model, operation, is_streamed, status,
        prompt_tokens, completion_tokens, input_price, output_price, cost, usage_source, total_ms)
      values (${theirs.workspace.id}, ${randomUUID()}, ${theirs.ids.keyId}, 'm', 'm', 'chat', false, 200, 1, 1, 0, 0, 0, 'reported', 5)`,
    gives: 0,
  }),
  "keys/footprint.list": () => ({
    ask: (db, id) => keyFootprints.list(db, id, theirs.ids.keyId, 30),
    prepare: theirFootprint(),
    gives: [],
  }),
  "keys/footprint.record": () => ({
    ask: (db, id) => keyFootprints.record(db, id, theirs.ids.keyId),
    gives: undefined,
  }),
  "keys/list.list": () => ({
    ask: (db, id) =>
      keyList.list(db, id, { ...everyKey, state: "", sort: "newest", order: "" }).then(({ rows }) => rows),
    gives: [],
  }),
  "keys/list.total": () => ({ ask: (db, id) => keyList.total(db, id), gives: 0 }),
  "keys/list.counts": () => ({
    ask: async (db, id) => Object.values((await keyList.counts(db, id, everyKey)).states).some((keys) => keys > 0),
    gives: false,
  }),
  "keys/list.owners": () => ({ ask: (db, id) => keyList.owners(db, id, theirs.caller.person.id), gives: [] }),
  "keys/list.serviceTotal": () => ({
    ask: (db, id) => keyList.serviceTotal(db, id),
    prepare: sql`update api_keys set is_service = true where workspace_id = ${theirs.workspace.id}`,
    gives: 0,
  }),
  "keys/policy.maximumDays": () => ({
    ask: (db, id) => keyPolicy.maximumDays(db, id),
    prepare: sql`update workspaces set maximum_key_days = 30 where id = ${theirs.workspace.id}`,
    gives: null,
  }),
  "keys.find": () => ({ ask: (db, id) => keys.find(db, id, theirs.ids.keyId), gives: undefined }),
  "keys.hold": () => ({ ask: (db, id) => keys.hold(db, id, theirs.ids.keyId), gives: undefined }),
  "keys.bounds": () => ({
    ask: (db, id) => keys.bounds(db, id),
    prepare: sql`
      with limited as (update workspaces set maximum_key_days = 30 where id = ${theirs.workspace.id})
      insert into rate_limits (workspace_id, requests_per_minute) values (${theirs.workspace.id}, 1)`,
    gives: {
      ...{
        maximumKeyDays: null,
        monthlyLimit: null,
        newKeyLimit: null,
        requestsPerMinute: null,
        tokensPerMinute: null,
      },
    },
  }),
  "keys/ceiling.reached": () => ({
    ask: (db, id) => keyCeiling.reached(db, id),
    // A ceiling of my workspace, towards which their keys must not count.
    prepare: sql`update workspaces set most_keys = 1 where id in (${mine.id}, ${theirs.workspace.id})`,
    gives: null,
  }),
  "keys.mayEndIn": () => ({ ask: (db, id) => keys.mayEndIn(db, id, theirs.ids.keyId, 1), gives: false }),
  "membership.address": () => ({
    ask: (db, id) => membership.address(db, id, theirs.ids.userId),
    gives: undefined,
  }),
  "members/joined.listNewest": () => ({
    ask: async (db, id) => (await joinedMembers.listNewest(db, id, 10)).map(({ userId }) => userId),
    gives: [mine.admin.person.id],
  }),
  // As it is opened, and otherwise.
  "members.list": () => ({
    ask: (db, id) =>
      Promise.all(
        (["", "desc"] as const).map(async (order) =>
          (await members.list(db, id, { ...everyMember, sort: "joined", order })).rows.map(({ userId }) => userId),
        ),
      ),
    gives: [[mine.admin.person.id], [mine.admin.person.id]],
  }),
  "members.waiting": () => ({
    ask: (db, id) => members.waiting(db, id),
    gives: { invitations: 0, requests: 0 },
  }),
  "members.countMatching": () => ({ ask: (db, id) => members.countMatching(db, id, everyMember), gives: 1 }),
  "membership.hasOther": () => ({ ask: (db, id) => membership.hasOther(db, id, mine.admin.person.id), gives: false }),
  "membership.findMaker": () => ({
    ask: (db, id) => membership.findMaker(db, id, theirs.ids.userId),
    gives: undefined,
  }),
  "membership.find": () => ({ ask: (db, id) => membership.find(db, id, theirs.ids.userId), gives: undefined }),
  "members.avatar": () => ({
    ask: (db, id) => members.avatar(db, id, theirs.ids.userId, "a".repeat(22)),
    gives: undefined,
  }),
  "membership.listAdmins": () => ({ ask: (db, id) => membership.listAdmins(db, id), gives: [mine.admin.person.name] }),
  "membership.adminAddresses": () => ({
    ask: (db, id) => membership.adminAddresses(db, id),
    gives: [mine.admin.person.email],
  }),
  "members/role-requests.findOwn": () => ({
    ask: (db, id) => roleRequests.findOwn(db, id, theirs.ids.userId),
    gives: undefined,
  }),
  "members/role-requests.listPending": () => ({
    ask: (db, id) => roleRequests.listPending(db, id),
    gives: { rows: [], total: 0 },
  }),
  "members/role-requests.find": () => ({
    ask: (db, id) => roleRequests.find(db, id, theirs.ids.roleRequestId),
    gives: undefined,
  }),
  "usage/of-late.byKey": () => ({
    ask: async (db, id) => (await ofLate.byKey(db, id, [theirs.ids.keyId])).rows,
    gives: [],
  }),
  "usage/of-late.byMembers": () => ({
    ask: (db, id) => ofLate.byMembers(db, id, [theirs.caller.person.id]),
    gives: { inBrowser: 0, withKeys: 0, keys: 0, days: 30 },
  }),
  "usage/of-late.forNames": () => ({
    ask: (db, id) => ofLate.forNames(db, id, theirs.ids.keyId, ["atelier-base"]),
    gives: { calls: 0, days: 30 },
  }),
  "usage/of-late.byOperation": () => ({
    ask: (db, id) => ofLate.byOperation(db, id, theirs.ids.keyId),
    gives: { rows: [], days: 30 },
  }),
  "models/retirement.listAll": () => ({
    ask: (db, id) => modelRetirements.listAll(db, id),
    prepare: theirRetirement(),
    gives: [],
  }),
  "models/retirement.find": () => ({
    ask: (db, id) => modelRetirements.find(db, id, theirs.ids.modelId),
    prepare: theirRetirement(),
    gives: undefined,
  }),
  "models/retirement.isOwn": () => ({
    ask: async (db, id) => [
      await modelRetirements.isOwn(db, id, theirs.ids.modelId),
      await modelRetirements.isOwn(db, id, theirs.ids.routeId),
    ],
    gives: [false, false],
  }),
  "models/retirement.total": () => ({
    ask: (db, id) => modelRetirements.total(db, id),
    prepare: theirRetirement(),
    gives: 0,
  }),
  "models/calls.callers": () => ({
    ask: (db, id) => modelCalls.callers(db, id, "atelier-base"),
    gives: { rows: [], total: 0, calls: 0, days: 30 },
  }),
  "models/calls.recipients": () => ({
    ask: (db, id) => modelCalls.recipients(db, id, "atelier-base"),
    gives: { members: [], isAdmins: false },
  }),
  "models/retirement/mails.sharedWith": () => ({
    ask: (db, id) => retirementMails.sharedWith(db, id, theirs.ids.modelId),
    gives: [],
  }),
  "reviews.find": () => ({ ask: (db, id) => reviews.find(db, id, theirs.ids.reviewId), gives: undefined }),
  "reviews.hold": () => ({ ask: (db, id) => reviews.hold(db, id, theirs.ids.reviewId), gives: undefined }),
  "reviews.list": () => ({ ask: async (db, id) => (await reviews.list(db, id, {})).rows, gives: [] }),
  "reviews.claim": () => ({
    ask: (db, id) => reviews.claim(db, id, theirs.ids.reviewId),
    prepare: sql`update access_reviews set next_at = now() where id = ${theirs.ids.reviewId}`,
    gives: undefined,
  }),
  "reviews.workspaceOf": () => ({ ask: (db) => reviews.workspaceOf(db, randomUUID()), gives: undefined }),
  "reviews/plan.find": () => ({ ask: (db, id) => reviewPlans.find(db, id), prepare: theirPlan(), gives: null }),
  "reviews/items.list": () => ({
    ask: async (db, id) => {
      const { reviewId } = theirs.ids;
      return (await reviewItems.list(db, id, { reviewId, kind: "key", isUndecided: false, isClosed: false })).rows;
    },
    gives: [],
  }),
  "reviews/items.counts": () => ({ ask: (db, id) => reviewItems.counts(db, id, theirs.ids.reviewId), gives: [] }),
  "reviews/items.hold": () => ({ ask: (db, id) => reviewItems.hold(db, id, theirItem()), gives: undefined }),
  "reviews/items.undecided": () => ({
    ask: (db, id) => reviewItems.undecided(db, id, theirs.ids.reviewId, 10),
    gives: [],
  }),
  "reviews/items.whole": () => ({ ask: (db, id) => reviewItems.whole(db, id, theirs.ids.reviewId), gives: [] }),
  "reviews/items.sealOf": () => ({
    ask: (db, id) => reviewItems.sealOf(db, id, theirs.ids.reviewId),
    prepare: sql`
      insert into audit_events (workspace_id, action, target_type, target_id)
      values (${theirs.workspace.id}, 'review.closed', 'review', ${theirs.ids.reviewId})`,
    gives: undefined,
  }),
  "reviews/gathering.isStale": () => ({
    ask: (db, id) => reviewGathering.isStale(db, id, theirs.ids.userId),
    prepare: sql`update memberships set joined_at = now() - interval '1 year' where workspace_id = ${theirs.workspace.id}`,
    gives: false,
  }),
  "reviews/gathering.isFlawed": () => ({
    ask: (db, id) => reviewGathering.isFlawed(db, id, theirs.ids.keyId),
    gives: false,
  }),
  "members/offboarding/ending.expiredMemberKeyAction": () => ({
    ask: (db, id) => ending.expiredMemberKeyAction(db, id),
    prepare: sql`update workspaces set expired_member_key_action = 'keep' where id = ${theirs.workspace.id}`,
    gives: "revoke",
  }),
  "members/offboarding/ending.holdEnded": () => ({
    ask: (db, id) => ending.holdEnded(db, id, theirs.ids.userId),
    prepare: sql`update memberships set ends_at = now() where workspace_id = ${theirs.workspace.id}`,
    gives: undefined,
  }),
  "members/offboarding/former.find": () => ({
    ask: (db, id) => formerMembers.find(db, id, [formerMark]),
    prepare: theirFormerMember(0),
    gives: undefined,
  }),
  "members/offboarding/left.keysOf": () => ({
    ask: (db, id) => left.keysOf(db, id, theirs.caller.person.id),
    gives: { rows: [], total: 0 },
  }),
  "members/offboarding.lastDeparture": () => ({
    ask: (db, id) => offboarding.lastDeparture(db, id, theirs.caller.person.id),
    prepare: sql`
      insert into audit_events (workspace_id, action, target_type, target_id)
      values (${theirs.workspace.id}, 'member.removed', 'member', ${theirs.caller.person.id})`,
    gives: undefined,
  }),
  "members/offboarding.roleByAdmin": () => ({
    ask: (db, id) => offboarding.roleByAdmin(db, id, theirs.caller.person.id),
    prepare: sql`
      update memberships set role_by_admin = 'viewer'
      where workspace_id = ${theirs.workspace.id} and user_id = ${theirs.caller.person.id}`,
    gives: null,
  }),
  "members/offboarding.holdKeys": () => ({
    ask: (db, id) => offboarding.holdKeys(db, id, theirs.caller.person.id),
    gives: [],
  }),
  "members/offboarding/left.jobsOf": () => ({
    ask: (db, id) => left.jobsOf(db, id, theirs.caller.person.id),
    prepare: theirRunningJob(),
    gives: [],
  }),
  "members/offboarding.holdJobs": () => ({
    ask: (db, id) => offboarding.holdJobs(db, id, theirs.caller.person.id, [theirs.jobId]),
    prepare: theirRunningJob(),
    gives: [],
  }),
  "members/offboarding/left.modelsOf": () => ({
    ask: (db, id) => left.modelsOf(db, id, theirs.caller.person.id),
    gives: { rows: [], total: 0 },
  }),
  "members/offboarding.privateModels": () => ({
    ask: (db, id) => offboarding.privateModels(db, id, theirs.caller.person.id),
    prepare: sql`update models set visibility = 'private' where workspace_id = ${theirs.workspace.id}`,
    gives: [],
  }),
  "members/offboarding/left.filesOf": () => ({
    ask: (db, id) => left.filesOf(db, id, theirs.caller.person.id),
    prepare: theirPrivateFiles(),
    gives: { total: 0, bytes: 0 },
  }),
  "members/offboarding.fileIds": () => ({
    ask: (db, id) => offboarding.fileIds(db, id, theirs.caller.person.id),
    prepare: theirPrivateFiles(),
    gives: [],
  }),
  "members/offboarding/left.invitationsOf": () => ({
    ask: (db, id) => left.invitationsOf(db, id, theirs.workspace.admin.person.id),
    gives: { rows: [], total: 0 },
  }),
  "membership.hasOtherAdmin": () => ({
    ask: (db, id) => membership.hasOtherAdmin(db, id, mine.admin.person.id),
    gives: false,
  }),
  "models/lineage.job": () => ({ ask: (db, id) => modelLineage.job(db, id, theirs.jobId), gives: undefined }),
  "models/lineage.filesOf": () => ({ ask: (db, id) => modelLineage.filesOf(db, id, theirs.jobId), gives: [] }),
  "membership/hidden-models.hiddenAmong": () => ({
    ask: (db, id) => hiddenModels.hiddenAmong(db, id, null, [theirs.ids.modelId]),
    prepare: sql`update models set visibility = 'private' where id = ${theirs.ids.modelId}`,
    gives: [],
  }),
  "membership/hidden-models.listHidden": () => ({
    ask: (db, id) => hiddenModels.listHidden(db, id, null),
    prepare: sql`update models set visibility = 'private' where id = ${theirs.ids.modelId}`,
    gives: [],
  }),
  "models/lineage.keyName": () => ({
    ask: (db, id) => modelLineage.keyName(db, id, theirs.ids.keyId),
    gives: undefined,
  }),
  "models/lineage.usedBy": () => ({ ask: (db, id) => modelLineage.usedBy(db, id, "atelier-base"), gives: [] }),
  "models/lineage.usage": () => ({
    ask: (db, id) => modelLineage.usage(db, id, "atelier-base"),
    gives: { requests: 0, cost: 0 },
  }),
  "models/lineage.keysOn": () => ({
    ask: (db, id) => modelLineage.keysOn(db, id, "atelier-base"),
    prepare: sql`update api_keys set models = '{atelier-base}' where workspace_id = ${theirs.workspace.id}`,
    gives: { rows: [], total: 0 },
  }),
  "models/list.list": () => ({
    ask: async (db, id) => (await modelList.list(db, id, reader(), everyModel)).rows,
    gives: [],
  }),
  "models/list.total": () => ({ ask: (db, id) => modelList.total(db, id, reader(), everyModel), gives: 0 }),
  "models/list.usableIds": () => ({
    ask: (db, id) => modelList.usableIds(db, id, theirs.caller.person.id),
    gives: [],
  }),
  "models/moving.limitsOn": () => ({
    ask: (db, id) => modelMoving.limitsOn(db, id, "limited"),
    gives: { ofModel: null, ofAll: null, monthlyLimit: null },
  }),
  "models.hold": () => ({ ask: (db, id) => models.hold(db, id, theirs.ids.modelId), gives: undefined }),
  "models.find": () => ({ ask: (db, id) => models.find(db, id, theirs.ids.modelId), gives: undefined }),
  "models.membersOf": () => ({
    ask: (db, id) => models.membersOf(db, id, theirs.ids.modelId),
    prepare: sql`
      insert into model_members (workspace_id, model_id, user_id)
      values (${theirs.workspace.id}, ${theirs.ids.modelId}, ${theirs.ids.userId})`,
    gives: [],
  }),
  "models.knownMembers": () => ({
    ask: (db, id) =>
      models.knownMembers(db, id, { userIds: [theirs.ids.userId], emails: [theirs.caller.person.email] }),
    gives: [],
  }),
  "palette.members": () => ({
    ask: async (db, id) => (await palette.members(db, id, "@")).map(({ userId }) => userId),
    gives: [mine.admin.person.id],
  }),
  "palette.keys": () => ({ ask: (db, id) => palette.keys(db, id, "key"), gives: [] }),
  "models/routes.find": () => ({ ask: (db, id) => modelRoutes.find(db, id, theirs.ids.routeId), gives: undefined }),
  "models/routes.hold": () => ({ ask: (db, id) => modelRoutes.hold(db, id, theirs.ids.routeId), gives: undefined }),
  "models/routes.listAll": () => ({ ask: (db, id) => modelRoutes.listAll(db, id), gives: [] }),
  "models/routes.listShown": () => ({ ask: (db, id) => modelRoutes.listShown(db, id), gives: [] }),
  "usage/end-users.settings": () => ({
    ask: (db, id) => endUsers.settings(db, id),
    gives: { fields: [], names: "hash", missing: "together" },
  }),
  "usage/end-users.list": () => ({
    ask: (db, id) => endUsers.list(db, id, new Date().toISOString().slice(0, 7), {}, 10),
    gives: { rows: [], previous: null, next: null },
  }),
  "usage/end-users.find": () => ({
    ask: (db, id) => endUsers.find(db, id, lookupOf(theirs.workspace.id, "customer-1")),
    gives: undefined,
  }),
  "usage/end-users.get": () => ({ ask: (db, id) => endUsers.get(db, id, theirs.ids.endUserId), gives: undefined }),
  "usage/end-users.names": () => ({
    ask: (db, id) => endUsers.names(db, id, [theirs.ids.endUserId]),
    gives: new Map(),
  }),
  "usage/end-users.history": () => ({
    ask: (db, id) => endUsers.history(db, id, theirs.ids.endUserId, "day", 9),
    gives: [],
  }),
  "usage/end-users.limited": () => ({ ask: (db, id) => endUsers.limited(db, id, 9), gives: [] }),
  "usage/tags.list": () => ({ ask: (db, id) => usageTags.list(db, id), gives: [] }),
  "usage/tags.names": () => ({ ask: (db, id) => usageTags.names(db, id), gives: [] }),
  "usage/tags.total": () => ({ ask: (db, id) => usageTags.total(db, id), gives: 0 }),
  "usage/tags.undeclared": () => ({ ask: (db, id) => usageTags.undeclared(db, id), gives: "refuse" }),
  "models/routes.total": () => ({ ask: (db, id) => modelRoutes.total(db, id), gives: 0 }),
  "workspaces/views.list": () => ({
    ask: (db, id) => savedViews.list(db, id, theirs.caller.person.id, "keys"),
    gives: [],
  }),
  "workspaces/views.hold": () => ({
    ask: (db, id) => savedViews.hold(db, id, theirs.caller.person.id),
    gives: undefined,
  }),
  "workspaces/views.countOthers": () => ({
    ask: (db, id) => savedViews.countOthers(db, id, theirs.caller.person.id, "keys", ""),
    gives: 0,
  }),
  "playground/presets.list": () => ({ ask: (db, id) => presets.list(db, id), gives: [] }),
  "playground/presets.size": () => ({ ask: (db, id) => presets.size(db, id), gives: { presets: 0, characters: 0 } }),
  "playground/presets.hold": () => ({ ask: (db, id) => presets.hold(db, id, theirs.ids.presetId), gives: undefined }),
  "playground/presets.isTaken": () => ({
    ask: (db, id) => presets.isTaken(db, id, randomUUID(), "Taken"),
    prepare: sql`update playground_presets set name = 'Taken' where id = ${theirs.ids.presetId}`,
    gives: false,
  }),
  "usage.spentOf": () => ({
    ask: (db, id) => usageQueries.spentOf(db, id, [{ span: "month", period: thisMonth(), subject: "workspace" }]),
    gives: [0],
  }),
  "models/sharing.sharesOf": () => ({
    ask: (db, id) => modelSharing.sharesOf(db, id, theirs.ids.modelId),
    gives: [],
  }),
  "models/sharing.sharedWith": () => ({
    ask: (db, id) => modelSharing.sharedWith(db, id, theirs.ids.modelId),
    gives: undefined,
  }),
  "models/usable.find": () => ({ ask: (db, id) => usableModels.find(db, id, theirs.ids.modelId), gives: undefined }),
  "models/usable.listAll": () => ({ ask: (db, id) => usableModels.listAll(db, id), gives: [] }),
  "usage/reports.groups": () => ({
    ask: (db, id) => usageReports.groups(db, id, used, "key", 10),
    gives: [],
  }),
  "usage/reports.totals": () => ({
    ask: async (db, id) => (await usageReports.totals(db, id, used))?.requests,
    gives: 0,
  }),
  "usage/reports.series": () => ({ ask: (db, id) => usageReports.series(db, id, used, "hour", "key", []), gives: [] }),
  "usage/reports.rows": () => ({ ask: (db, id) => usageReports.rows(db, id, used, "hour", "key", 10), gives: [] }),
  "usage/reports.used": () => ({ ask: (db, id) => usageReports.used(db, id, used.span, 10), gives: [] }),
  "usage/reports.keyNames": () => ({ ask: (db, id) => usageReports.keyNames(db, id, [theirs.ids.keyId]), gives: [] }),
  "usage/reports.memberNames": () => ({
    ask: (db, id) => usageReports.memberNames(db, id, [theirs.ids.userId, theirs.caller.person.id]),
    gives: [],
  }),
  "usage/reports.isKnown": () => ({
    ask: (db, id) => usageReports.isKnown(db, id, theirs.caller.person.id),
    gives: false,
  }),
  "keys/ending.listEnding": () => ({
    ask: (db, id) => endingKeys.listEnding(db, id, 10),
    prepare: sql`update api_keys set expires_at = now() + interval '1 day' where workspace_id = ${theirs.workspace.id}`,
    gives: [],
  }),
  "usage/requests.list": () => ({
    ask: async (db, id) => [
      ...(await usageRequests.list(db, id, used, {})).rows,
      ...(await usageRequests.list(db, id, { ...used, filters: { keyId: theirs.ids.keyId } }, {})).rows,
    ],
    gives: [],
  }),
  "usage/roll-ups.isBehind": () => ({
    ask: (db, id) => rollUps.isBehind(db, id),
    prepare: theirOldUsage(),
    gives: false,
  }),
  "usage/requests.newest": () => ({ ask: (db, id) => usageRequests.newest(db, id, 10), gives: [] }),
  "usage/requests.latest": () => ({ ask: (db, id) => usageRequests.latest(db, id), gives: null }),
  "billing/alerts.standing": () => ({
    ask: (db, id) => billingAlerts.standing(db, id, { whose: theirKey().of, span: "day", threshold: 50 }),
    gives: undefined,
  }),
  "budgets.subject": () => ({ ask: (db, id) => budgets.subject(db, id, theirKey().of), gives: undefined }),
  "budgets.limitsOf": () => ({
    ask: async (db, id) =>
      (await budgets.limitsOf(db, id, theirKey())).map(({ limit, raise, spent }) => limit ?? raise ?? (spent || null)),
    gives: [null, null, null, null],
  }),
  "budgets.ratesOf": () => ({
    ask: (db, id) => budgets.ratesOf(db, id, theirKey()),
    prepare: sql`update api_keys set requests_per_minute = 5 where id = ${theirs.ids.keyId}`,
    gives: { requests: null, tokens: null },
  }),
  "budgets/ceilings.counts": () => ({
    ask: (db, id) => countedCeilings.counts(db, id),
    prepare: sql`update workspaces set most_keys = 5 where id = ${theirs.workspace.id}`,
    gives: { keys: { most: null, used: 0 }, members: { most: null, used: 1 }, files: { most: null, used: 0 } },
  }),
  "budgets/requests.listPending": () => ({
    ask: (db, id) => limitRequests.listPending(db, id),
    gives: { rows: [], total: 0 },
  }),
  "budgets/requests.listOwn": () => ({
    ask: (db, id) => limitRequests.listOwn(db, id, theirs.caller.person.id),
    gives: [],
  }),
  "budgets/requests.find": () => ({
    ask: (db, id) => limitRequests.find(db, id, theirs.ids.limitRequestId),
    gives: undefined,
  }),
  "budgets/requests.restrictedKeys": () => ({
    ask: (db, id) => limitRequests.restrictedKeys(db, id, theirs.caller.person.id),
    prepare: sql`update api_keys set models = '{small}' where workspace_id = ${theirs.workspace.id}`,
    gives: [],
  }),
  "budgets/requests.usesOf": () => ({
    ask: async (db, id) => (await limitRequests.usesOf(db, id, [theirs.caller.person.id])).size,
    gives: 0,
  }),
  "budgets/requests.usedFor": () => ({
    ask: (db, id) => limitRequests.usedFor(db, id, {}),
    gives: { requests: 0, cost: 0 },
  }),
  "instance/requests.list": () => ({
    ask: (db, id) => ceilingRequests.list(db, id),
    prepare: sql`
      update limit_requests set whose = 'ceiling', audience = 'operators' where workspace_id = ${theirs.workspace.id}`,
    gives: [],
  }),
  "instance/requests.latelyUsed": () => ({
    ask: async (db, id) => {
      const { requests, cost, spent, perDay } = await ceilingRequests.latelyUsed(db, id);
      return [requests, cost, spent, perDay.size];
    },
    gives: [0, 0, 0, 0],
  }),
  "budgets.list": () => ({ ask: (db, id) => budgets.list(db, id), gives: [] }),
  "budgets.total": () => ({ ask: (db, id) => budgets.total(db, id), gives: 0 }),
  "billing/rate-limits.list": () => ({ ask: (db, id) => rateLimits.list(db, id), gives: [] }),
  "billing/rate-limits.find": () => ({ ask: (db, id) => rateLimits.find(db, id, "limited"), gives: undefined }),
  "billing/rate-limits.ceiling": () => ({
    ask: (db, id) => rateLimits.ceiling(db, id),
    prepare: sql`update workspaces set most_requests_per_minute = 5 where id = ${theirs.workspace.id}`,
    gives: null,
  }),
  "billing/defaults.find": () => ({
    ask: (db, id) => defaultLimits.find(db, id),
    prepare: sql`update workspaces set new_key_limit = 5, new_member_limit = 5 where id = ${theirs.workspace.id}`,
    gives: { newMemberLimit: null, newKeyLimit: null },
  }),
  "billing/rate-limits.total": () => ({ ask: (db, id) => rateLimits.total(db, id), gives: 0 }),
  "billing/rate-limits.usedModels": () => ({ ask: (db, id) => rateLimits.usedModels(db, id), gives: [] }),
  "billing/rate-limits.listKeys": () => ({
    ask: async (db, id) => (await rateLimits.listKeys(db, id, null, everything)).rows,
    gives: [],
  }),
  "billing/rate-limits.countKeys": () => ({ ask: (db, id) => rateLimits.countKeys(db, id, null, ""), gives: 0 }),
  "membership/workspace.find": () => ({ ask: (db) => liveWorkspace.find(db, randomUUID()), gives: undefined }),
  "membership/workspace.isSuspended": () => ({
    ask: (db, id) => liveWorkspace.isSuspended(db, id),
    prepare: sql`update workspaces set suspended_at = now() where id = ${theirs.workspace.id}`,
    gives: false,
  }),
  "membership/workspace.lock": () => ({ ask: (db) => liveWorkspace.lock(db, randomUUID()), gives: false }),
  "workspaces/looks.listOpen": () => ({ ask: (db, id) => looks.listOpen(db, id), gives: [] }),
  "workspaces/looks.listLatest": () => ({ ask: (db, id) => looks.listLatest(db, id), gives: [] }),
  "workspaces/looks.find": () => ({ ask: (db, id) => looks.find(db, id, theirs.ids.lookId), gives: undefined }),
  "model-servers/allowances.find": () => ({
    ask: async (db, id) => (await allowances.find(db, id)).models,
    prepare: sql`update workspaces set allowed_models = '{small}' where id = ${theirs.workspace.id}`,
    gives: null,
  }),
  "workspaces/alerts.troubles": () => ({
    ask: (db, id) => workspaceAlerts.troubles(db, id, theirs.caller.person.id),
    prepare: sql`
      with used as (update spend_counters set spent = 1000000 where workspace_id = ${theirs.workspace.id} returning 1),
        own as (update memberships set monthly_limit = 0 where workspace_id = ${theirs.workspace.id})
      insert into budgets (workspace_id, whose, subject, span, amount) values (${theirs.workspace.id}, 'workspace', 'workspace', 'day', 0)`,
    gives: { limits: [], isMailFailing: false, isOperator: false },
  }),
  "workspaces/overview.standing": () => ({
    ask: async (db, id) => {
      const { now: _, period: __, ...rest } = await workspaceOverview.standing(db, id, theirs.caller.person.id);
      return rest;
    },
    prepare: sql`update memberships set setup_hidden_at = now() where workspace_id = ${theirs.workspace.id}`,
    gives: {
      ...{ spent: 0, reserved: 0, limit: null, firstUse: null, liveKeys: 0 },
      ...{ hasKey: false, hasInvited: false, hasLimit: false, isSetupHidden: false },
    },
  }),
  "workspaces.summary": () => ({ ask: (db, id) => workspaces.summary(db, id), gives: { members: 1, liveKeys: 0 } }),
  "workspaces/icon.find": () => ({ ask: (db, id) => workspaceIcons.find(db, id), gives: undefined }),
  "gateway/kept-responses.keptDays": () => ({
    ask: (db, id) => keptResponses.keptDays(db, id),
    prepare: sql`update workspaces set response_days = 7 where id = ${theirs.workspace.id}`,
    gives: null,
  }),
  "gateway/kept-responses.find": () => ({
    ask: (db, id) => keptResponses.find(db, id, "resp_theirs"),
    prepare: theirKeptResponse(),
    gives: undefined,
  }),
  "gateway/kept-responses.lengthOf": () => ({
    ask: (db, id) => keptResponses.lengthOf(db, id, "resp_theirs"),
    prepare: theirKeptResponse(),
    gives: undefined,
  }),
  "gateway/kept-responses.lengthWithItems": () => ({
    ask: (db, id) => keptResponses.lengthWithItems(db, id, ["msg_theirs"]),
    prepare: theirKeptResponse(),
    gives: 0,
  }),
  "gateway/kept-responses.listWithItems": () => ({
    ask: (db, id) => keptResponses.listWithItems(db, id, ["msg_theirs"], 10),
    prepare: theirKeptResponse(),
    gives: [],
  }),
  "workspaces/policy.find": () => ({
    ask: (db, id) => workspacePolicy.find(db, id),
    prepare: sql`update workspaces set seats = 99, key_creators = 'admins' where id = ${theirs.workspace.id}`,
    gives: {
      suspendedAt: null,
      responseDays: null,
      kind: "organization",
      memberCount: 1,
      mostMembers: null,
      defaultRole: "developer",
      keyCreators: "developers",
      seats: null,
    },
  }),
  "workspaces/providers.list": () => ({ ask: (db, id) => ownProviders.list(db, id), gives: [] }),
  "workspaces/providers.find": () => ({
    ask: (db, id) => ownProviders.find(db, id, theirs.ids.providerId),
    gives: undefined,
  }),
  "workspaces/life.restorable": () => ({
    ask: (db, id) => workspaceLife.restorable(db, id),
    prepare: deleteTheirs(),
    gives: undefined,
  }),
  "workspaces/life.holdActiveJobs": () => ({ ask: (db, id) => workspaceLife.holdActiveJobs(db, id), gives: [] }),
  "workspaces/purging.listStored": () => ({
    ask: (db, id) => workspacePurging.listStored(db, id),
    prepare: theirUpload(),
    gives: [],
  }),
};

/**
 * Writing queries, called for my workspace with ids of theirs. A result that is not an answer is returned as undefined.
 */
const changes: Record<string, () => Look> = {
  "audit/seals.takeTurn": () => ({ ask: (db, id) => auditSeals.takeTurn(db, id), gives: true }),
  "members/offboarding.revokeOffersBy": () => ({
    ask: (db, id) => offboarding.revokeOffersBy(db, id, theirs.workspace.admin.person.id),
    gives: [],
  }),
  "billing.setLimit": () => ({ ask: (db, id) => billing.setLimit(db, id, 1), gives: undefined }),
  "instance/ceilings.set": () => ({ ask: (db, id) => ceilingsOnUse.set(db, id, noCeilings), gives: undefined }),
  "billing/defaults.set": () => ({
    ask: (db, id) => defaultLimits.set(db, id, { newMemberLimit: 1, newKeyLimit: 1 }),
    gives: undefined,
  }),
  "instance/workspaces.setCeiling": () => ({
    ask: (db, id) => instanceWorkspaces.setCeiling(db, id, "month", null),
    prepare: theirCeiling(),
    gives: undefined,
  }),
  "instance/workspaces.suspend": () => ({ ask: (db, id) => instanceWorkspaces.suspend(db, id, null), gives: true }),
  "instance/workspaces.resume": () => ({
    ask: (db, id) => instanceWorkspaces.resume(db, id),
    prepare: sql`update workspaces set suspended_at = now() where id = ${theirs.workspace.id}`,
    gives: false,
  }),
  "billing.setThresholds": () => ({ ask: (db, id) => billing.setThresholds(db, id, [1]), gives: undefined }),
  "billing.rearmAlerts": () => ({
    ask: (db, id) => billing.rearmAlerts(db, id, { whose: "workspace", span: "month", limit: 1_000_000_000, spent: 0 }),
    gives: undefined,
  }),
  "budgets.set": () => ({ ask: (db, id) => budgets.set(db, id, theirKey(), "day", 1), gives: undefined }),
  "budgets.remove": () => ({ ask: (db, id) => budgets.remove(db, id, theirKey().of, "day"), gives: undefined }),
  "budgets.raise": () => ({
    ask: (db, id) => budgets.raise(db, id, theirKey().of, "day", { limit: 1, until: "2000-01-01" }),
    gives: undefined,
  }),
  "instance/figures.noteCeilings": () => ({
    ask: (db, id) => instanceFigures.noteCeilings(db, id),
    prepare: sql`update workspace_figures set is_ceiling_reached = true where workspace_id = ${theirs.workspace.id}`,
    gives: undefined,
  }),
  "billing/webhooks.set": () => ({
    ask: (db, id) =>
      webhooks.set(db, id, { host: "a.example", urlSealed: Buffer.of(1), secretSealed: Buffer.of(1), setBy: null }),
    gives: undefined,
  }),
  "billing/webhooks.passOn": () => ({
    ask: (db, id) => webhooks.passOn(db, id, null),
    prepare: sql`
      insert into alert_webhooks (workspace_id, host, url_sealed, secret_sealed, set_by)
      values (${theirs.workspace.id}, 'a.example', 'x', 'x', ${theirs.caller.person.id})
      on conflict (workspace_id) do update set set_by = excluded.set_by`,
    gives: undefined,
  }),
  "billing/webhooks.remove": () => ({
    ask: (db, id) => webhooks.remove(db, id),
    gives: undefined,
  }),
  "billing/webhooks.enqueue": () => ({
    ask: async (db, id) => typeof (await webhooks.enqueue(db, id, { kind: "test", body: "{}" })),
    prepare: theirDelivery(),
    gives: "string",
  }),
  "billing/webhooks.claim": () => ({
    ask: (db, id) => webhooks.claim(db, id, 10),
    prepare: theirDelivery(),
    gives: [],
  }),
  "billing/webhooks.settle": () => ({
    ask: (db, id) => webhooks.settle(db, id, deliveryId, "failed", { answer: null, error: "x" }),
    prepare: theirDelivery(),
    gives: undefined,
  }),
  "billing/webhooks.postpone": () => ({
    ask: (db, id) => webhooks.postpone(db, id, deliveryId, 1, { answer: null, error: "x" }),
    prepare: theirDelivery(),
    gives: undefined,
  }),
  "billing/webhooks.forgetOld": () => ({
    ask: (db, id) => webhooks.forgetOld(db, id),
    prepare: sql`
      insert into webhook_deliveries (workspace_id, kind, status, settled_at)
      values (${theirs.workspace.id}, 'test', 'failed', now() - interval '31 days')`,
    gives: 0,
  }),
  "budgets/requests.ask": () => ({
    ask: async (db, id) =>
      typeof (await limitRequests.ask(db, id, mine.admin.person.id, {
        ...{ kind: "spend", whose: theirKey().of, measure: "day", amount: 1, reason: "", audience: "managers" },
      })),
    gives: "string",
  }),
  "budgets/requests.settle": () => ({
    ask: (db, id) =>
      limitRequests.settle(db, id, theirs.ids.limitRequestId, { status: "approved", by: mine.admin.person.id }),
    gives: false,
  }),
  "budgets/requests.forward": () => ({
    ask: (db, id) => limitRequests.forward(db, id, theirs.ids.limitRequestId),
    prepare: sql`update limit_requests set whose = 'ceiling' where workspace_id = ${theirs.workspace.id}`,
    gives: false,
  }),
  "budgets/requests.withdraw": () => ({
    ask: (db, id) => limitRequests.withdraw(db, id, theirs.caller.person.id),
    gives: [],
  }),
  "budgets.endRaise": () => ({ ask: (db, id) => budgets.endRaise(db, id, theirKey().of, "day"), gives: false }),
  "billing.setMemberLimit": () => ({
    ask: (db, id) => billing.setMemberLimit(db, id, theirs.ids.userId, 1),
    gives: undefined,
  }),
  "billing/alerts.claim": () => ({ ask: (db, id) => billingAlerts.claim(db, id), gives: [] }),
  "joining/groups.accept": () => ({
    ask: (db, id) => groupRules.accept(db, id, theirs.ids.ruleId, "groups", theirs.caller.person.id),
    gives: false,
  }),
  "joining/groups.remove": () => ({ ask: (db, id) => groupRules.remove(db, id, theirs.ids.ruleId), gives: false }),
  "joining/groups.setRole": () => ({
    ask: (db, id) => groupRules.setRole(db, id, theirs.ids.userId, "billing"),
    gives: undefined,
  }),
  "joining/groups.noteProvider": () => ({
    ask: (db, id) => groupRules.noteProvider(db, id, theirs.ids.userId, theirs.signInProviderId),
    gives: undefined,
  }),
  "joining/domains.verify": () => ({ ask: (db, id) => domains.verify(db, id, theirs.ids.domainId), gives: false }),
  "joining/domains.lapse": () => ({ ask: (db, id) => domains.lapse(db, id, theirs.ids.domainId), gives: false }),
  "joining/domains.remove": () => ({ ask: (db, id) => domains.remove(db, id, theirs.ids.domainId), gives: undefined }),
  "joining/domains.noteChecked": () => ({
    ask: (db, id) => domains.noteChecked(db, id, theirs.ids.domainId),
    gives: undefined,
  }),
  "joining/domains.setMode": () => ({
    ask: (db, id) => domains.setMode(db, id, theirs.ids.domainId, "request"),
    gives: undefined,
  }),
  "joining/domains.claimDue": () => ({ ask: (db, id) => domains.claimDue(db, id, theirs.ids.domainId), gives: false }),
  "joining/domains.tryAgainTomorrow": () => ({
    ask: (db, id) => domains.tryAgainTomorrow(db, id, theirs.ids.domainId),
    gives: undefined,
  }),
  "files/removal.remove": () => ({
    ask: (db, id) => fileRemoval.remove(db, id, theirs.ids.fileId),
    gives: "gone",
  }),
  "files/removal.expireOwn": () => ({
    ask: (db, id) => fileRemoval.expireOwn(db, id, theirs.caller.person.id),
    prepare: theirPrivateFiles(),
    gives: undefined,
  }),
  "files/removal.noteErased": () => ({
    ask: (db, id) => fileRemoval.noteErased(db, id, theirs.ids.fileId),
    prepare: sql`update files set deleted_at = now() where workspace_id = ${theirs.workspace.id}`,
    gives: undefined,
  }),
  "files/uploads.finish": () => ({
    ask: (db, id) => fileUploads.finish(db, id, theirs.ids.fileId),
    prepare: theirUpload(),
    gives: false,
  }),
  "files/uploads.abandon": () => ({
    ask: (db, id) => fileUploads.abandon(db, id, theirs.ids.fileId),
    prepare: theirUpload(),
    gives: true,
  }),
  "files/uploads.forget": () => ({
    ask: (db, id) => fileUploads.forget(db, id, theirs.ids.fileId),
    prepare: theirUpload(),
    gives: undefined,
  }),
  "gateway/kept-responses.remove": () => ({
    ask: (db, id) => keptResponses.remove(db, id, "resp_theirs"),
    prepare: theirKeptResponse(),
    gives: false,
  }),
  "gateway/kept-responses.shorten": () => ({
    ask: (db, id) => keptResponses.shorten(db, id, null),
    prepare: theirKeptResponse(),
    gives: undefined,
  }),
  "gateway/kept-responses.deleteExpired": () => ({
    ask: (db, id) => keptResponses.deleteExpired(db, id, 10),
    prepare: theirKeptResponse("now() - interval '1 hour'"),
    gives: 0,
  }),
  "batches/charges.forgetOld": () => ({
    ask: (db, id) => batchCharges.forgetOld(db, id, 10),
    prepare: theirCharge(sql`now() - interval '9 days'`),
    gives: 0,
  }),
  "batches/running.claim": () => ({
    ask: (db, id) => batchRunning.claim(db, id, theirs.ids.batchId),
    gives: undefined,
  }),
  "batches/running.renew": () => ({
    ask: (db, id) => batchRunning.renew(db, id, heldBatch()),
    prepare: holdTheirs(),
    gives: undefined,
  }),
  "batches/running.update": () => ({
    ask: (db, id) => batchRunning.update(db, id, heldBatch(), { total: 9 }),
    prepare: holdTheirs(),
    gives: undefined,
  }),
  "batches/running.begin": () => ({
    ask: (db, id) => batchRunning.begin(db, id, heldBatch(), { total: 9, estimatedCost: 1 }),
    prepare: holdTheirs(),
    gives: undefined,
  }),
  "batches/running.finalize": () => ({
    ask: (db, id) => batchRunning.finalize(db, id, heldBatch(), { ending: "failed", errors: null }),
    prepare: holdTheirs(),
    gives: undefined,
  }),
  "batches/running.keepLines": () => ({
    ask: (db, id) =>
      batchRunning.keepLines(db, id, heldBatch(), [{ line: 1, isError: false, sealed: Buffer.alloc(1) }], {
        ...{ completed: 1, failed: 0, promptTokens: 1, completionTokens: 1, cost: 1 },
      }),
    prepare: holdTheirs(),
    gives: undefined,
  }),
  "batches/running.end": () => ({
    ask: (db, id) => batchRunning.end(db, id, heldBatch(), { status: "failed" }),
    prepare: holdTheirs(),
    gives: false,
  }),
  "batches/running.release": () => ({
    ask: (db, id) => batchRunning.release(db, id, heldBatch(), { seconds: 1 }),
    prepare: holdTheirs(),
    gives: undefined,
  }),
  "fine-tuning/changes.update": () => ({
    ask: (db, id) => fineTuningChanges.update(db, id, theirs.ids.jobId, { failure: "Taken over" }),
    gives: undefined,
  }),
  "fine-tuning/advancing.claim": () => ({
    ask: (db, id) => fineTuningAdvancing.claim(db, id, theirs.ids.jobId),
    gives: undefined,
  }),
  "fine-tuning/advancing.renew": () => ({
    ask: (db, id) => fineTuningAdvancing.renew(db, id, claimed()),
    prepare: claimTheirs(),
    gives: undefined,
  }),
  "fine-tuning/advancing.release": () => ({
    ask: (db, id) => fineTuningAdvancing.release(db, id, claimed(), { seen: "VALIDATED", seconds: 1, attempts: 9 }),
    prepare: claimTheirs(),
    gives: undefined,
  }),
  "fine-tuning/advancing.noteFile": () => ({
    ask: (db, id) =>
      fineTuningAdvancing.noteFile(db, id, theirs.ids.jobId, { fileId: theirs.ids.jobId, use: "training" }, "x"),
    gives: undefined,
  }),
  "usage/seals.seal": () => ({
    ask: async (db, id) => (await usageSeals.seal(db, id, 100))?.sealed,
    gives: 0,
  }),
  "usage/roll-ups.rollUp": () => ({
    ask: (db, id) => rollUps.rollUp(db, id, 10),
    prepare: theirOldUsage(),
    gives: false,
  }),
  "usage/training.settle": () => ({
    ask: (db, id) =>
      usageTraining.settle(db, id, theirs.ids.jobId, {
        ...{ status: 200, errorCode: null, tokens: 1, usageSource: "reported", totalMs: 1 },
      }),
    prepare: sql`
      insert into usage_reservations (workspace_id, id, model, upstream_model, operation, is_streamed, prompt_tokens,
        completion_tokens, input_price, output_price, cost, period, expires_at)
      values (${theirs.workspace.id}, ${theirs.ids.jobId}, 'm', 'm', 'fine-tuning', false, 1, 0, 1, 0, 1, now(), now())`,
    gives: undefined,
  }),
  "joining/invitations.setMail": () => ({
    ask: (db, id) => invitations.setMail(db, id, theirs.ids.invitationId, theirs.mailId),
    gives: undefined,
  }),
  "joining/invitations.setMails": () => ({
    ask: (db, id) => invitations.setMails(db, id, [{ id: theirs.ids.invitationId, mailId: theirs.mailId }]),
    gives: undefined,
  }),
  "joining/invitations.renew": () => ({
    ask: (db, id) => invitations.renew(db, id, theirs.ids.invitationId, randomBytes(32)),
    gives: undefined,
  }),
  "joining/invitations.revoke": () => ({
    ask: (db, id) => invitations.revoke(db, id, theirs.ids.invitationId),
    gives: undefined,
  }),
  "joining/invitations/answering.settle": () => ({
    ask: (db, id) => answering.settle(db, id, theirs.ids.invitationId, "accepted", null),
    gives: false,
  }),
  "joining/invitations/by-mail.report": () => ({
    ask: (db, id) => mailedInvitations.report(db, id, theirs.ids.invitationId),
    gives: false,
  }),
  "joining/invitations/reminders.claim": () => ({
    ask: (db, id) => invitationReminders.claim(db, id, theirs.ids.invitationId),
    prepare: sql`
      update invitations set created_at = now() - interval '5 days', expires_at = now() + interval '1 day'
      where id = ${theirs.ids.invitationId}`,
    gives: undefined,
  }),
  "joining/requests.setPage": () => ({ ask: (db, id) => joining.setPage(db, id, false), gives: undefined }),
  "joining/requests.settle": () => ({
    ask: (db, id) => joining.settle(db, id, theirs.ids.requestId, "approved", mine.admin.person.id),
    gives: false,
  }),
  "joining/requests.withdrawPending": () => ({
    ask: (db, id) => joining.withdrawPending(db, id, theirs.invited.person.id),
    gives: undefined,
  }),
  "joining/links.end": () => ({ ask: (db, id) => inviteLinks.end(db, id), gives: false }),
  "joining/links.use": () => ({
    ask: async (db, id) => inviteLinks.use(db, id, await theirLinkId(db)),
    gives: false,
  }),
  "keys/lifecycle.revoke": () => ({ ask: (db, id) => keyLife.revoke(db, id, theirs.ids.keyId, true), gives: false }),
  "keys/lifecycle.disable": () => ({ ask: (db, id) => keyLife.disable(db, id, theirs.ids.keyId, true), gives: false }),
  "keys/lifecycle.restore": () => ({
    ask: (db, id) => keyLife.restore(db, id, theirs.ids.keyId),
    prepare: sql`update api_keys set revoked_at = now() where workspace_id = ${theirs.workspace.id}`,
    gives: false,
  }),
  "keys/lifecycle.enable": () => ({
    ask: (db, id) => keyLife.enable(db, id, theirs.ids.keyId),
    prepare: sql`
      update api_keys set disabled_at = now(), disabled_because = 'person' where workspace_id = ${theirs.workspace.id}`,
    gives: false,
  }),
  "keys/lifecycle.replace": () => ({
    ask: (db, id) => keyLife.replace(db, id, theirs.ids.keyId, { id: "000000000000", overlapHours: 0 }),
    gives: undefined,
  }),
  "keys/lifecycle.endPredecessors": () => ({
    ask: (db, id) => keyLife.endPredecessors(db, id, "000000000000"),
    prepare: sql`update api_keys set replaced_by = '000000000000' where workspace_id = ${theirs.workspace.id}`,
    gives: [],
  }),
  "keys/policy.setMaximumDays": () => ({ ask: (db, id) => keyPolicy.setMaximumDays(db, id, 30), gives: undefined }),
  "workspaces/overview.hideSetup": () => ({
    ask: (db, id) => workspaceOverview.hideSetup(db, id, theirs.caller.person.id),
    gives: undefined,
  }),
  "keys/reminders.claim": () => ({
    ask: (db, id) => keyReminders.claim(db, id, theirs.ids.keyId),
    prepare: sql`
      update api_keys set expires_at = now() + interval '1 hour' where workspace_id = ${theirs.workspace.id}`,
    gives: undefined,
  }),
  "keys/leaks.markLeaked": () => ({
    ask: (db, id) => leakedKeys.markLeaked(db, id, theirs.ids.keyId),
    gives: undefined,
  }),
  "keys.update": () => ({
    ask: (db, id) => keys.update(db, id, theirs.ids.keyId, { name: "Taken over" }),
    gives: undefined,
  }),
  "keys/footprint.rememberNarrowing": () => ({
    ask: (db, id) => keyFootprints.rememberNarrowing(db, id, theirs.ids.keyId, { settings: {}, adminBounds: null }),
    gives: undefined,
  }),
  "keys/footprint.forget": () => ({
    ask: (db, id) => keyFootprints.forget(db, id, 10),
    prepare: theirFootprint("now() - interval '91 days'"),
    gives: 0,
  }),
  "keys.touch": () => ({
    ask: (db, id) => keys.touch(db, id, [{ id: theirs.ids.keyId, client: "curl", address: "203.0.113.7" }]),
    gives: undefined,
  }),
  "members/role-requests.settle": () => ({
    ask: (db, id) =>
      roleRequests.settle(db, id, theirs.ids.roleRequestId, { status: "approved", by: mine.admin.person.id }),
    gives: false,
  }),
  "members/role-requests.withdrawPending": () => ({
    ask: (db, id) => roleRequests.withdrawPending(db, id, theirs.ids.userId),
    gives: [],
  }),
  "members/offboarding/former.store": () => ({
    ask: (db, id) =>
      formerMembers.store(db, id, [formerMark], { mustAsk: true, byGroup: false, endsAt: null, roleByAdmin: null }),
    prepare: theirFormerMember(),
    gives: undefined,
  }),
  "members/offboarding/former.forget": () => ({
    ask: (db, id) => formerMembers.forget(db, id, [formerMark]),
    prepare: theirFormerMember(),
    gives: undefined,
  }),
  "members/offboarding/former.forgetOutdated": () => ({
    ask: (db, id) => formerMembers.forgetOutdated(db, id),
    prepare: theirFormerMember(),
    gives: 0,
  }),
  "models/retirement.remove": () => ({
    ask: (db, id) => modelRetirements.remove(db, id, theirs.ids.modelId),
    prepare: theirRetirement(),
    gives: false,
  }),
  "models/retirement.rehearse": () => ({
    ask: (db, id) => modelRetirements.rehearse(db, id, theirs.ids.modelId),
    prepare: theirRetirement(),
    gives: undefined,
  }),
  "models/retirement.endRehearsal": () => ({
    ask: (db, id) => modelRetirements.endRehearsal(db, id, theirs.ids.modelId),
    prepare: theirRetirement("now() + interval '5 minutes'"),
    gives: false,
  }),
  "models/retirement/mails.claimMail": () => ({
    ask: (db, id) => retirementMails.claimMail(db, id, theirs.ids.modelId),
    prepare: theirRetirement(),
    gives: undefined,
  }),
  "models/retirement/mails.stopMails": () => ({
    ask: (db, id) => retirementMails.stopMails(db, id, theirs.ids.modelId),
    prepare: theirRetirement(),
    gives: undefined,
  }),
  "reviews.noteGathered": () => ({
    ask: (db, id) => reviews.noteGathered(db, id, theirs.ids.reviewId, { kind: "key", added: 1, to: "x", isCut: true }),
    gives: undefined,
  }),
  "reviews.enter": () => ({ ask: (db, id) => reviews.enter(db, id, theirs.ids.reviewId, "warned"), gives: undefined }),
  "reviews.putOff": () => ({ ask: (db, id) => reviews.putOff(db, id, theirs.ids.reviewId), gives: undefined }),
  "reviews.postpone": () => ({ ask: (db, id) => reviews.postpone(db, id, theirs.ids.reviewId), gives: undefined }),
  "reviews.close": () => ({ ask: (db, id) => reviews.close(db, id, theirs.ids.reviewId), gives: undefined }),
  "reviews/plan.claim": () => ({ ask: (db, id) => reviewPlans.claim(db, id), prepare: theirPlan(), gives: false }),
  "reviews/items.decide": () => ({
    ask: (db, id) => reviewItems.decide(db, id, theirItem(), { decision: "confirmed", by: null }),
    gives: undefined,
  }),
  "reviews/items.noteRestored": () => ({
    ask: (db, id) => reviewItems.noteRestored(db, id, theirItem(), mine.admin.person.id),
    prepare: sql`
      update access_review_items set decision = 'lapsed', decided_at = now() where workspace_id = ${theirs.workspace.id}`,
    gives: undefined,
  }),
  "reviews/items.claimWarnings": () => ({
    ask: (db, id) => reviewItems.claimWarnings(db, id, theirs.ids.reviewId, 10),
    gives: [],
  }),
  "members/offboarding/ending.disable": () => ({
    ask: (db, id) => ending.disable(db, id, theirs.ids.userId),
    gives: undefined,
  }),
  "members/offboarding/ending.restoreDisabled": () => ({
    ask: (db, id) => ending.restoreDisabled(db, id, theirs.ids.userId, null),
    prepare: sql`
      update memberships set ends_at = now(), restorable_until = now() + interval '1 day' where workspace_id = ${theirs.workspace.id}`,
    gives: false,
  }),
  "members/offboarding/ending.setExpiredMemberKeyAction": () => ({
    ask: (db, id) => ending.setExpiredMemberKeyAction(db, id, "revoke"),
    gives: undefined,
  }),
  "members/offboarding/ending.claimReminder": () => ({
    ask: (db, id) => ending.claimReminder(db, id, theirs.ids.userId),
    prepare: sql`update memberships set ends_at = now() + interval '1 day' where workspace_id = ${theirs.workspace.id}`,
    gives: undefined,
  }),
  "membership.setEnd": () => ({
    ask: (db, id) => membership.setEnd(db, id, theirs.ids.userId, "2030-01-31"),
    gives: undefined,
  }),
  "members/offboarding.keep": () => ({
    ask: (db, id) => offboarding.keep(db, id, [theirs.ids.keyId]),
    gives: undefined,
  }),
  "membership.changeRole": () => ({
    ask: (db, id) => membership.changeRole(db, id, theirs.ids.userId, "billing"),
    gives: undefined,
  }),
  "membership.remove": () => ({ ask: (db, id) => membership.remove(db, id, theirs.ids.userId), gives: undefined }),
  "membership/looks.endGivenBy": () => ({
    ask: (db, id) => givenLooks.endGivenBy(db, id, theirs.caller.person.id, null),
    prepare: sql`update looks set status = 'granted', ends_at = now() + interval '1 hour',
      settled_by = ${theirs.caller.person.id} where id = ${theirs.ids.lookId}`,
    gives: [],
  }),
  "models/erasing.claim": () => ({
    ask: (db, id) => modelErasing.claim(db, id, theirs.ids.modelId),
    prepare: sql`
      update models set deleted_at = now(), erase_after = now() where workspace_id = ${theirs.workspace.id}`,
    gives: undefined,
  }),
  "models/erasing.finish": () => ({
    ask: (db, id) => modelErasing.finish(db, id, theirs.ids.modelId),
    prepare: sql`
      update models set deleted_at = now(), erase_after = now() where workspace_id = ${theirs.workspace.id}`,
    gives: undefined,
  }),
  "models/moving.retire": () => ({
    ask: (db, id) => modelMoving.retire(db, id, theirs.ids.modelId, id),
    gives: undefined,
  }),
  "models.update": () => ({
    ask: (db, id) => models.update(db, id, theirs.ids.modelId, { name: "Taken over" }),
    gives: undefined,
  }),
  "models.setVisibility": () => ({
    ask: (db, id) => models.setVisibility(db, id, theirs.ids.modelId, "private", [], false),
    gives: undefined,
  }),
  "models.setArchived": () => ({
    ask: (db, id) => models.setArchived(db, id, theirs.ids.modelId, true, false),
    gives: undefined,
  }),
  "models.remove": () => ({ ask: (db, id) => models.remove(db, id, theirs.ids.modelId), gives: undefined }),
  "models/routes.update": () => ({
    ask: (db, id) => modelRoutes.update(db, id, { ...aRoute, id: theirs.ids.routeId }),
    gives: undefined,
  }),
  "usage/end-users.forget": () => ({ ask: (db, id) => endUsers.forget(db, id, theirs.ids.endUserId), gives: false }),
  "usage/end-users.setSettings": () => ({
    ask: (db, id) => endUsers.setSettings(db, id, { fields: [], names: "hash", missing: "together" }),
    gives: undefined,
  }),
  "usage/tags.remove": () => ({ ask: (db, id) => usageTags.remove(db, id, "declared"), gives: false }),
  "usage/tags.setUndeclared": () => ({
    ask: (db, id) => usageTags.setUndeclared(db, id, "untagged"),
    gives: undefined,
  }),
  "models/routes.remove": () => ({ ask: (db, id) => modelRoutes.remove(db, id, theirs.ids.routeId), gives: undefined }),
  "playground/presets.update": () => ({
    ask: (db, id) => presets.update(db, id, theirs.ids.presetId, aPreset, mine.admin.person.id),
    gives: undefined,
  }),
  "workspaces/views.save": () => ({
    ask: async (db, id) => {
      await savedViews.save(db, id, mine.admin.person.id, { list: "keys", name: "My own", query: "q=x" });
      await db.execute(sql`delete from saved_views where workspace_id = ${id}`);
    },
    gives: undefined,
  }),
  "workspaces/views.remove": () => ({
    ask: (db, id) => savedViews.remove(db, id, theirs.caller.person.id, theirs.ids.viewId),
    gives: false,
  }),
  "playground/presets.remove": () => ({
    ask: (db, id) => presets.remove(db, id, theirs.ids.presetId),
    gives: undefined,
  }),
  "models/sharing.endShare": () => ({
    ask: (db, id) => modelSharing.endShare(db, id, theirs.ids.modelId, theirs.targetId),
    gives: false,
  }),
  "billing/rate-limits.set": () => ({
    ask: (db, id) => rateLimits.set(db, id, "limited", { requestsPerMinute: 1, tokensPerMinute: 1 }),
    gives: undefined,
  }),
  "billing/rate-limits.remove": () => ({ ask: (db, id) => rateLimits.remove(db, id, "limited"), gives: undefined }),
  "workspaces/looks.ask": () => ({
    ask: async (db, id) => typeof (await looks.ask(db, id, theirs.operators[0].person.id, "Requests fail.")),
    gives: "string",
  }),
  "workspaces/looks.answer": () => ({
    ask: (db, id) => looks.answer(db, id, theirs.ids.lookId, theirs.caller.person.id, true),
    gives: undefined,
  }),
  "workspaces/looks.end": () => ({
    ask: (db, id) => looks.end(db, id, theirs.ids.lookId, theirs.caller.person.id),
    prepare: sql`update looks set status = 'granted', ends_at = now() + interval '1 hour' where id = ${theirs.ids.lookId}`,
    gives: undefined,
  }),
  "workspaces/looks.leave": () => ({
    ask: (db, id) => looks.leave(db, id, theirs.operators[1].person.id),
    gives: undefined,
  }),
  "model-servers/allowances.set": () => ({
    ask: (db, id) => allowances.set(db, id, { models: ["small"], providers: null }),
    gives: undefined,
  }),
  "workspaces.rename": () => ({ ask: (db, id) => workspaces.rename(db, id, "Taken over"), gives: undefined }),
  "workspaces.touch": () => ({
    ask: (db, id) => workspaces.touch(db, id, theirs.caller.person.id),
    gives: undefined,
  }),
  "workspaces.remove": () => ({ ask: (db, id) => workspaces.remove(db, id), gives: undefined }),
  "workspaces/address.setSlug": () => ({
    ask: (db, id) => workspaceAddress.setSlug(db, id, "taken-over"),
    gives: true,
  }),
  "workspaces/icon.setPicture": () => ({
    ask: (db, id) => workspaceIcons.setPicture(db, id, randomBytes(60)),
    gives: undefined,
  }),
  "workspaces/icon.setEmoji": () => ({ ask: (db, id) => workspaceIcons.setEmoji(db, id, "🚀"), gives: undefined }),
  "workspaces/policy.set": () => ({
    ask: (db, id) => workspacePolicy.set(db, id, { keyCreators: "admins" }),
    gives: undefined,
  }),
  "workspaces/providers.hold": () => ({
    ask: (db, id) => ownProviders.hold(db, id, theirs.ids.providerId),
    gives: undefined,
  }),
  "workspaces/providers.update": () => ({
    ask: (db, id) => ownProviders.update(db, id, theirs.ids.providerId, { state: "disabled" }),
    gives: undefined,
  }),
  "workspaces/providers.remove": () => ({
    ask: (db, id) => ownProviders.remove(db, id, theirs.ids.providerId),
    gives: undefined,
  }),
  "workspaces/life.restore": () => ({
    ask: (db, id) => workspaceLife.restore(db, id),
    prepare: deleteTheirs(),
    gives: undefined,
  }),
  "workspaces/purging.begin": () => ({
    ask: (db, id) => workspacePurging.begin(db, id),
    prepare: sql`update workspaces set deleted_at = now() - interval '31 days' where id = ${theirs.workspace.id}`,
    gives: false,
  }),
  "workspaces/purging.releaseModels": () => ({ ask: (db, id) => workspacePurging.releaseModels(db, id), gives: 0 }),
  "workspaces/purging.noteErased": () => ({
    ask: (db, id) => workspacePurging.noteErased(db, id, theirs.ids.fileId),
    prepare: theirUpload(),
    gives: undefined,
  }),
  "workspaces/purging.throwAway": () => ({
    ask: (db, id) => workspacePurging.throwAway(db, id, "invitations"),
    gives: false,
  }),
  "workspaces/purging.emptyKeys": () => ({ ask: (db, id) => workspacePurging.emptyKeys(db, id), gives: false }),
  "workspaces/purging.finish": () => ({
    ask: (db, id) => workspacePurging.finish(db, id),
    prepare: sql`
      update workspaces set deleted_at = now() - interval '31 days', purge_begun_at = now() where id = ${theirs.workspace.id}`,
    gives: false,
  }),
};

/** Queries that only insert rows into the given workspace, so that they cannot reach other rows. */
const additions = [
  "audit.record",
  // Removes only what it seals in its own workspace: the foreign keys ensure that.
  "audit/seals.append",
  "audit.recordAll",
  "joining/domains.add",
  "joining/groups.add",
  "files.add",
  "files/uploads.begin",
  "gateway/kept-responses.keep",
  "batches/changes.create",
  // For a batch that the caller has locked.
  "batches/changes.requestCancellation",
  "fine-tuning/changes.create",
  // For a job that the caller has locked: nothing can be added to a job of another workspace.
  "fine-tuning/changes.addEvent",
  "fine-tuning/changes.become",
  "fine-tuning/changes.begin",
  "fine-tuning/changes.requestCancellation",
  "fine-tuning/advancing.keepCheckpoints",
  "fine-tuning/advancing.keepEvents",
  "fine-tuning/advancing.keepModel",
  "usage/training.reserve",
  "joining/invitations.create",
  "joining/invitations.createAll",
  "joining/requests.ask",
  "members/role-requests.ask",
  "joining/links.create",
  "keys.create",
  // For keys of this workspace: the foreign key ensures that.
  "keys/footprint.note",
  "membership.add",
  "reviews.start",
  "reviews/plan.set",
  // For members and keys of this workspace: it reads no others.
  "reviews/gathering.gatherMembers",
  "reviews/gathering.gatherKeys",
  "models/moving.takeIn",
  "models.add",
  "models/routes.add",
  "usage/tags.declare",
  "playground/presets.add",
  "models/retirement.set",
  "models/sharing.share",
  "workspaces/providers.add",
];

beforeAll(async () => {
  for (const file of readdirSync("server", { recursive: true, encoding: "utf8" }))
    if (path.basename(file) === "queries.ts")
      slices.set(path.dirname(file), await import(/* @vite-ignore */ path.resolve("server", file)));
  const tables = await owner<{ name: string }[]>`
    select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'workspace_id'
    where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace`;
  tenantTables = tables.map(({ name }) => name);
  const full = await world();
  const [queued] = await owner`
    insert into mail_outbox (template, payload) values ('invitation', ${randomBytes(60)}) returning id`;
  const { jobId } = await trainedJob(owner, full.workspace.id, { by: full.caller.person.id });
  const [other] = await owner`select id from workspaces where slug = ${full.ids.target}`;
  theirs = { ...full, mailId: queued?.id, jobId, targetId: other?.id };
  await use(owner, theirs.workspace.id, [{ keyId: theirs.ids.keyId, memberId: theirs.caller.person.id }]);
  const { workspace: there, caller, ids } = full;
  await owner`update workspaces set monthly_limit = 1000000, alert_thresholds = '{40,50,80}' where id = ${there.id}`;
  await spend(owner, there.id, { cost: 500_000, keyId: ids.keyId, memberId: caller.person.id });
  await spend(owner, there.id, { cost: 1, at: new Date(Date.now() - 40 * 86_400_000) });
  await owner`
    insert into spend_alerts (workspace_id, period, threshold) select workspace_id, period, 80 from spend_counters
    where workspace_id = ${there.id} and subject = 'workspace' and spent > 1`;
  mine = await workspace();
});

test("I1 every query that is given a workspace is in this walk", () => {
  const scoped = [...slices].flatMap(([slice, queries]) =>
    Object.entries(queries)
      .filter(([, query]) => typeof query === "function" && /^[^(]*\(\s*db,\s*workspaceId\b/.test(query.toString()))
      .map(([name]) => `${slice}.${name}`),
  );
  expect(scoped.sort()).toEqual([...Object.keys(reads), ...Object.keys(changes), ...additions].sort());
});

test.each(Object.entries(reads))("I1 %s sees nothing of another workspace, without any policy", async (_, look) => {
  const { ask, prepare, gives } = look();
  const answer = await undone(async (db) => {
    if (prepare) await db.execute(prepare);
    return ask(db, mine.id);
  });
  expect(answer).toEqual(gives);
});

test.each(Object.entries(changes))(
  "I1 %s changes nothing of another workspace, without any policy",
  async (_, look) => {
    const { ask, prepare, gives } = look();
    const { answer, before, after } = await undone(async (db) => {
      if (prepare) await db.execute(prepare);
      const before = await rowsOfTheirs(db);
      return { before, answer: await ask(db, mine.id), after: await rowsOfTheirs(db) };
    });
    expect(after).toEqual(before);
    expect(answer).toEqual(gives);
  },
);

test("I1 what a person is shown is what is theirs, without any policy", async () => {
  const me = mine.admin.person;
  const { slug, id } = theirs.workspace;
  const email = `guest@${slug}.example`;
  const shown = await undone(async (db) => {
    await db.execute(sql`update domains set status = 'pending' where workspace_id = ${id}`);
    return {
      membership: await liveWorkspace.membershipBySlug(db, me.id, slug),
      invitation: await answering.findOwn(db, me.email, theirs.ids.invitationId),
      invitations: await answering.listOwn(db, me.email),
      request: await joining.findOwn(db, me.id, theirs.ids.requestId),
      requests: await joining.listOwn(db, me.id),
      openByPendingDomain: await (await domains.openTo(db, me.id, email)).rows,
      waiting: await inbox.count(db, me.id, [id]),
      inbox: await inbox.list(db, me.id, [id]),
    };
  });
  expect(shown).toEqual({
    membership: undefined,
    invitation: undefined,
    invitations: [],
    request: undefined,
    requests: [],
    openByPendingDomain: [],
    waiting: 0,
    inbox: {
      joins: [],
      changes: [],
      raises: [],
      keys: [],
      spent: [],
      reviews: [],
      down: [],
      asked: [],
      workspaces: [],
    },
  });
});

/** Runs in a superuser's transaction that is rolled back. */
async function undone<T>(run: (db: Db) => Promise<T>): Promise<T> {
  const rollback = Symbol("rollback");
  let result: { value: T } | undefined;
  await drizzle({ client: owner, casing: "snake_case" })
    .transaction(async (tx) => {
      result = { value: await run(tx as Db) };
      throw rollback;
    })
    .catch((error: unknown) => {
      if (error !== rollback) throw error;
    });
  if (!result) throw new Error("it did not run");
  return result.value;
}

/** Returns all rows of their workspace, with their tables. */
async function rowsOfTheirs(db: Db): Promise<{ name: string; row: string }[]> {
  const ofTable = (name: string, column: string) => sql`
    select ${name}::text as name, t::text as row from ${sql.identifier(name)} t
    where ${sql.identifier(column)} = ${theirs.workspace.id}`;
  const all = [ofTable("workspaces", "id"), ...tenantTables.map((name) => ofTable(name, "workspace_id"))];
  return [...(await db.execute<{ name: string; row: string }>(sql`${sql.join(all, sql` union all `)} order by 1, 2`))];
}

async function theirLinkId(db: Db): Promise<string> {
  const [row] = await db.execute<{ id: string }>(
    sql`select id from invite_links where workspace_id = ${theirs.workspace.id}`,
  );
  return row?.id ?? "";
}

const theirCaller = () => ({ userId: theirs.caller.person.id });

const deleteTheirs = () => sql`
  update workspaces set deleted_at = now() - interval '29 days' where id = ${theirs.workspace.id}`;

const formerMark = Buffer.alloc(32, 7);

/** Inserts a former member of theirs who left this many years ago. */
const theirFormerMember = (years = 3) => sql`
  insert into former_members (workspace_id, mark, must_ask, left_at)
  values (${theirs.workspace.id}, ${formerMark}, true, now() - make_interval(years => ${years}))`;

const theirUpload = () => sql`
  insert into file_uploads (workspace_id, id, abandoned_at) values (${theirs.workspace.id}, ${theirs.ids.fileId}, now())`;

const theirJob = () => sql`
  with job as (
    insert into fine_tuning_jobs (workspace_id, model, hyperparameters) values (${theirs.workspace.id}, 'm', '{}') returning id
  )
  insert into fine_tuning_files (workspace_id, job_id, file_id, use)
  select ${theirs.workspace.id}, id, ${theirs.ids.fileId}, 'training' from job`;
