import { noInput, personProcedure } from "@/server/api/procedures";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import { type OptionalMail, optionalMails } from "@/server/mail/input";
import * as personRow from "@/server/membership/person/queries";
import { chooseMails } from "../input";
import * as mails from "./queries";

/** Procedures for the optional mails that a person gets. */
export const accountMailRouter = t.router({
  /** Returns the kinds of mail the person wants. */
  mails: personProcedure(noInput).query(async ({ ctx }) => {
    const unwanted = await mails.list(ctx.db, ctx.person.id);
    return (Object.keys(optionalMails) as OptionalMail[]).filter((topic) => !unwanted.includes(topic));
  }),

  /** Sets which kinds of mail the person wants. The other kinds stop at once. */
  chooseMails: personProcedure(chooseMails, "any").mutation(async ({ ctx, input }) => {
    await personRow.lock(ctx.db, ctx.person.id);
    const before = await mails.list(ctx.db, ctx.person.id);
    const after = Object.keys(optionalMails).filter((topic) => !input.topics.includes(topic as OptionalMail));
    await mails.replace(ctx.db, ctx.person.id, after);
    await audit.recordAccount(ctx.db, ctx, "account.mails_chosen", { unwanted: { before, after } });
  }),
});
