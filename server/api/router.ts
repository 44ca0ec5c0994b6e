import { accountRouter } from "@/server/account/router";
import { billingRouter } from "@/server/billing/router";
import { domainsRouter } from "@/server/domains/router";
import { filesRouter } from "@/server/files/router";
import { fineTuningRouter } from "@/server/fine-tuning/router";
import { bulkInvitationsRouter } from "@/server/invitations/bulk/router";
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
import { paletteRouter } from "@/server/palette/router";
import { playgroundRouter } from "@/server/playground/router";
import { rateLimitsRouter } from "@/server/rate-limits/router";
import { usageRouter } from "@/server/usage/router";
import { viewingRouter } from "@/server/viewing/router";
import { workspacesRouter } from "@/server/workspaces/router";
import { t } from "./trpc";

export const appRouter = t.router({
  account: accountRouter,
  billing: billingRouter,
  domains: domainsRouter,
  files: filesRouter,
  fineTuning: fineTuningRouter,
  invitations: t.mergeRouters(invitationsRouter, bulkInvitationsRouter),
  inviteLinks: inviteLinksRouter,
  joinRequests: requestsRouter,
  joining: joiningRouter,
  keys: t.mergeRouters(keysRouter, keyListRouter, keyLifeRouter, keyHygieneRouter, keyPolicyRouter),
  limits: rateLimitsRouter,
  mailbox: mailboxRouter,
  members: membersRouter,
  models: t.mergeRouters(modelsRouter, modelListRouter, modelSharingRouter, modelMovingRouter),
  palette: paletteRouter,
  playground: playgroundRouter,
  usage: usageRouter,
  viewing: viewingRouter,
  workspaces: workspacesRouter,
});

export type AppRouter = typeof appRouter;
