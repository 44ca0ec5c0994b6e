import { accountAddressRouter } from "@/server/account/address/router";
import { accountAvatarRouter } from "@/server/account/avatar/router";
import { accountExportRouter } from "@/server/account/export/router";
import { formatsRouter } from "@/server/account/formats/router";
import { inboxRouter } from "@/server/account/inbox/router";
import { accountMailRouter } from "@/server/account/mail/router";
import { accountRouter } from "@/server/account/router";
import { t } from "@/server/api/trpc";
import { auditRouter } from "@/server/audit/router";
import { passkeysRouter } from "@/server/auth/passkeys/router";
import { batchesRouter } from "@/server/batches/router";
import { defaultLimitsRouter } from "@/server/billing/defaults/router";
import { endUsersRouter } from "@/server/billing/end-users/router";
import { rateLimitsRouter } from "@/server/billing/rate-limits/router";
import { billingRouter } from "@/server/billing/router";
import { tagsRouter } from "@/server/billing/tags/router";
import { alertWebhooksRouter } from "@/server/billing/webhooks/router";
import { limitRequestsRouter } from "@/server/budgets/requests/router";
import { budgetsRouter } from "@/server/budgets/router";
import { filesRouter } from "@/server/files/router";
import { fineTuningRouter } from "@/server/fine-tuning/router";
import { appearanceRouter } from "@/server/instance/appearance/router";
import { instanceAuditRouter } from "@/server/instance/audit/router";
import { useCeilingsRouter } from "@/server/instance/ceilings/router";
import { instanceLooksRouter } from "@/server/instance/looks/router";
import { instanceMailRouter } from "@/server/instance/mail/router";
import { mailSettingsRouter } from "@/server/instance/mail/settings/router";
import { instanceModelsRouter } from "@/server/instance/models/router";
import { operatorsRouter } from "@/server/instance/operators/router";
import { overviewRouter } from "@/server/instance/overview/router";
import { personFileRouter } from "@/server/instance/people/file/router";
import { peopleRouter } from "@/server/instance/people/router";
import { instancePricesRouter } from "@/server/instance/prices/router";
import { instanceProvidersRouter } from "@/server/instance/providers/router";
import { ceilingRequestsRouter } from "@/server/instance/requests/router";
import { signInGroupsRouter } from "@/server/instance/sign-in/groups/router";
import { signInPolicyRouter } from "@/server/instance/sign-in/policy/router";
import { signInRouter } from "@/server/instance/sign-in/router";
import { signInRulesRouter } from "@/server/instance/sign-in/rules/router";
import { samlProvidersRouter } from "@/server/instance/sign-in/saml/router";
import { samlKeysRouter } from "@/server/instance/sign-in/saml-keys/router";
import { signUpRouter } from "@/server/instance/sign-up/router";
import { instanceWorkspaceLifeRouter } from "@/server/instance/workspaces/life";
import { instanceWorkspacesRouter } from "@/server/instance/workspaces/router";
import { domainsRouter } from "@/server/joining/domains/router";
import { groupRulesRouter } from "@/server/joining/groups/router";
import { bulkInvitationsRouter } from "@/server/joining/invitations/bulk/router";
import { byMailRouter } from "@/server/joining/invitations/by-mail/router";
import { invitationsRouter } from "@/server/joining/invitations/router";
import { inviteLinksRouter } from "@/server/joining/links/router";
import { requestsRouter } from "@/server/joining/requests/router";
import { joiningRouter } from "@/server/joining/router";
import { keyHygieneRouter } from "@/server/keys/bulk/router";
import { keyFootprintRouter } from "@/server/keys/footprint/router";
import { keyLifeRouter } from "@/server/keys/lifecycle/router";
import { keyListRouter } from "@/server/keys/list/router";
import { keyPolicyRouter } from "@/server/keys/policy/router";
import { keysRouter } from "@/server/keys/router";
import { mailboxRouter } from "@/server/mail/mailbox/router";
import { bulkMembersRouter } from "@/server/members/bulk/router";
import { offboardingRouter } from "@/server/members/offboarding/router";
import { roleRequestsRouter } from "@/server/members/role-requests/router";
import { membersRouter } from "@/server/members/router";
import { modelListRouter } from "@/server/models/list/router";
import { modelMovingRouter } from "@/server/models/moving/router";
import { retirementRouter } from "@/server/models/retirement/router";
import { modelsRouter } from "@/server/models/router";
import { routesRouter } from "@/server/models/routes/router";
import { modelSharingRouter } from "@/server/models/sharing/router";
import { paletteRouter } from "@/server/palette/router";
import { presetsRouter } from "@/server/playground/presets/router";
import { playgroundRouter } from "@/server/playground/router";
import { reviewDecisionsRouter } from "@/server/reviews/deciding/router";
import { reviewsRouter } from "@/server/reviews/router";
import { usageRouter } from "@/server/usage/router";
import { viewingRouter } from "@/server/view-as/router";
import { workspaceAddressRouter } from "@/server/workspaces/address/router";
import { workspaceAlertsRouter } from "@/server/workspaces/alerts/router";
import { workspaceIconRouter } from "@/server/workspaces/icon/router";
import { workspaceLifeRouter } from "@/server/workspaces/life/router";
import { looksRouter } from "@/server/workspaces/looks/router";
import { workspaceOverviewRouter } from "@/server/workspaces/overview/router";
import { workspacePolicyRouter } from "@/server/workspaces/policy/router";
import { ownProvidersRouter } from "@/server/workspaces/providers/router";
import { workspacesRouter } from "@/server/workspaces/router";
import { savedViewsRouter } from "@/server/workspaces/views/router";

export const appRouter = t.router({
  account: t.mergeRouters(
    accountRouter,
    accountAddressRouter,
    accountAvatarRouter,
    accountExportRouter,
    accountMailRouter,
    formatsRouter,
    inboxRouter,
  ),
  audit: auditRouter,
  billing: t.mergeRouters(billingRouter, defaultLimitsRouter, alertWebhooksRouter),
  budgets: t.mergeRouters(budgetsRouter, limitRequestsRouter),
  domains: domainsRouter,
  files: filesRouter,
  fineTuning: fineTuningRouter,
  batches: batchesRouter,
  instance: t.mergeRouters(
    operatorsRouter,
    instanceAuditRouter,
    signUpRouter,
    appearanceRouter,
    instanceMailRouter,
    mailSettingsRouter,
    peopleRouter,
    personFileRouter,
    instanceWorkspacesRouter,
    instanceWorkspaceLifeRouter,
    useCeilingsRouter,
    instanceProvidersRouter,
    instancePricesRouter,
    instanceModelsRouter,
    signInRouter,
    signInGroupsRouter,
    signInPolicyRouter,
    samlProvidersRouter,
    samlKeysRouter,
    signInRulesRouter,
    ceilingRequestsRouter,
    instanceLooksRouter,
    overviewRouter,
  ),
  invitations: t.mergeRouters(invitationsRouter, bulkInvitationsRouter, byMailRouter),
  groupRules: groupRulesRouter,
  inviteLinks: inviteLinksRouter,
  joinRequests: requestsRouter,
  joining: joiningRouter,
  keys: t.mergeRouters(keysRouter, keyListRouter, keyLifeRouter, keyHygieneRouter, keyPolicyRouter, keyFootprintRouter),
  limits: rateLimitsRouter,
  looks: looksRouter,
  mailbox: mailboxRouter,
  members: t.mergeRouters(membersRouter, offboardingRouter, bulkMembersRouter),
  models: t.mergeRouters(modelsRouter, modelListRouter, modelSharingRouter, modelMovingRouter, retirementRouter),
  palette: paletteRouter,
  passkeys: passkeysRouter,
  playground: t.mergeRouters(playgroundRouter, presetsRouter),
  providers: ownProvidersRouter,
  reviews: t.mergeRouters(reviewsRouter, reviewDecisionsRouter),
  roleRequests: roleRequestsRouter,
  routes: routesRouter,
  tags: tagsRouter,
  endUsers: endUsersRouter,
  usage: usageRouter,
  viewing: viewingRouter,
  workspaces: t.mergeRouters(
    workspacesRouter,
    workspaceAddressRouter,
    workspaceAlertsRouter,
    workspaceIconRouter,
    workspaceLifeRouter,
    workspaceOverviewRouter,
    workspacePolicyRouter,
    savedViewsRouter,
  ),
});

export type AppRouter = typeof appRouter;
