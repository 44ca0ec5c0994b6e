import { accountRouter } from "@/server/account/router";
import { invitationsRouter } from "@/server/invitations/router";
import { keysRouter } from "@/server/keys/router";
import { mailboxRouter } from "@/server/mailbox/router";
import { membersRouter } from "@/server/members/router";
import { workspacesRouter } from "@/server/workspaces/router";
import { t } from "./trpc";

export const appRouter = t.router({
  account: accountRouter,
  invitations: invitationsRouter,
  keys: keysRouter,
  mailbox: mailboxRouter,
  members: membersRouter,
  workspaces: workspacesRouter,
});

export type AppRouter = typeof appRouter;
