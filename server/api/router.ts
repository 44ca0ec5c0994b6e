import { accountAddressRouter } from "@/server/account/address/router";
import { accountAvatarRouter } from "@/server/account/avatar/router";
import { accountExportRouter } from "@/server/account/export/router";
import { accountMailRouter } from "@/server/account/mail/router";
import { accountRouter } from "@/server/account/router";
import { auditRouter } from "@/server/audit/router";
import { billingRouter } from "@/server/billing/router";
import { domainsRouter } from "@/server/domains/router";
import { filesRouter } from "@/server/files/router";
import { fineTuningRouter } from "@/server/fine-tuning/router";
import { bulkInvitationsRouter } from "@/server/invitations/bulk/router";
import { byMailRouter } from "@/server/invitations/by-mail/router";
import { invitationsRouter } from "@/server/invitations/router";
import { inviteLinksRouter } from "@/server/invite-links/router";
import { requestsRouter } from "@/server/joining/requests";
import { joiningRouter } from "@/server/joining/router";
import { keyHygieneRouter } from "@/server/key-hygiene/router";
import { keyLifeRouter } from "@/server/key-life/router";
import { keyListRouter } from "@/server/key-list/router";
import { keyPolicyRouter } from "@/server/key-policy/router";
import { keysRouter } from "@/server/keys/router";
import { mailboxRouter } from "@/server/mailbox/router";
import { membersRouter } from "@/server/members/router";
import { modelListRouter } from "@/server/models/list/router";
import { modelMovingRouter } from "@/server/models/moving/router";
import { modelsRouter } from "@/server/models/router";
import { modelSharingRouter } from "@/server/models/sharing/router";
import { offboardingRouter } from "@/server/offboarding/router";
import { paletteRouter } from "@/server/palette/router";
import { passkeysRouter } from "@/server/passkeys/router";
import { playgroundRouter } from "@/server/playground/router";
import { rateLimitsRouter } from "@/server/rate-limits/router";
import { roleRequestsRouter } from "@/server/role-requests/router";
import { usageRouter } from "@/server/usage/router";
import { viewingRouter } from "@/server/viewing/router";
import { workspaceAddressRouter } from "@/server/workspaces/address/router";
import { workspaceIconRouter } from "@/server/workspaces/icon/router";
import { workspaceLifeRouter } from "@/server/workspaces/life/router";
import { workspacePolicyRouter } from "@/server/workspaces/policy/router";
import { workspacesRouter } from "@/server/workspaces/router";
import { t } from "./trpc";

export const appRouter = t.router({
  account: t.mergeRouters(
    accountRouter,
    accountAddressRouter,
    accountAvatarRouter,
    accountExportRouter,
    accountMailRouter,
  ),
  audit: auditRouter,
  billing: billingRouter,
  domains: domainsRouter,
  files: filesRouter,
  fineTuning: fineTuningRouter,
  invitations: t.mergeRouters(invitationsRouter, bulkInvitationsRouter, byMailRouter),
  inviteLinks: inviteLinksRouter,
  joinRequests: requestsRouter,
  joining: joiningRouter,
  keys: t.mergeRouters(keysRouter, keyListRouter, keyLifeRouter, keyHygieneRouter, keyPolicyRouter),
  limits: rateLimitsRouter,
  mailbox: mailboxRouter,
  members: t.mergeRouters(membersRouter, offboardingRouter),
  models: t.mergeRouters(modelsRouter, modelListRouter, modelSharingRouter, modelMovingRouter),
  palette: paletteRouter,
  passkeys: passkeysRouter,
  playground: playgroundRouter,
  roleRequests: roleRequestsRouter,
  usage: usageRouter,
  viewing: viewingRouter,
  workspaces: t.mergeRouters(
    workspacesRouter,
    workspaceAddressRouter,
    workspaceIconRouter,
    workspaceLifeRouter,
    workspacePolicyRouter,
  ),
});

export type AppRouter = typeof appRouter;
