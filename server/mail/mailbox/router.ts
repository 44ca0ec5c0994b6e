import { z } from "zod";
import { publicProcedure, refusing } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as mailbox from "./queries";

/**
 * A procedure without sign-in, which works only on an instance with a mailbox page, that is, without a mail provider.
 */
const mailboxProcedure = publicProcedure.use(({ next }) => {
  if (!mailbox.isOpen()) throw refuse("not_found");
  return next();
});

export const mailboxRouter = t.router({
  /** Checks whether this instance shows mails on a page instead of sending them. */
  isOpen: publicProcedure.query(() => mailbox.isOpen()),

  /** Returns the latest mails, newest first. */
  list: refusing(["not_found"], mailboxProcedure).query(() => mailbox.list()),

  /** Returns one mail with its body. */
  get: refusing(["not_found"], mailboxProcedure.input(z.strictObject({ id: z.string().max(100) }))).query(
    async ({ input }) => {
      const mail = await mailbox.find(input.id);
      if (!mail) throw refuse("not_found");
      return mail;
    },
  ),
});
