import { accountRouter } from "@/server/account/router";
import { billingRouter } from "@/server/billing/router";
import { domainsRouter } from "@/server/domains/router";
import { fineTuningRouter } from "@/server/fine-tuning/router";
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
import { rateLimitsRouter } from "@/server/rate-limits/router";
import { usageRouter } from "@/server/usage/router";
import { workspacesRouter } from "@/server/workspaces/router";
import { t } from "./trpc";

export const appRouter = t.router({
  account: accountRouter,
  billing: billingRouter,
  fineTuning: fineTuningRouter,
  domains: domainsRouter,
  invitations: invitationsRouter,
  inviteLinks: inviteLinksRouter,
  joinRequests: requestsRouter,
  joining: joiningRouter,
  keys: t.mergeRouters(keysRouter, keyListRouter, keyLifeRouter, keyHygieneRouter, keyPolicyRouter),
  limits: rateLimitsRouter,
  mailbox: mailboxRouter,
  members: membersRouter,
  usage: usageRouter,
  workspaces: workspacesRouter,
});

export type AppRouter = typeof appRouter;
