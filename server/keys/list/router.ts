import { can } from "@/server/access/permissions";
import { workspaceProcedure } from "@/server/api/procedures";
import { t } from "@/server/api/trpc";
import { currency } from "@/server/usage/prices";
import { mayManage, mayRevoke } from "../authority";
import { countKeys, listKeys } from "./input";
import * as keyList from "./queries";

export const keyListRouter = t.router({
  /** Returns a page of the workspace's keys, without secrets, with what the person may do to each. */
  list: workspaceProcedure("workspace:read", listKeys).query(async ({ ctx, input }) => {
    const { workspaceId, role } = ctx.workspace;
    const query = { ...input, owner: ownerOf(input.owner, ctx.person.id) };
    const [page, total] = await Promise.all([
      keyList.list(ctx.db, workspaceId, query),
      keyList.total(ctx.db, workspaceId),
    ]);
    return {
      ...page,
      rows: page.rows.map(({ ownerId, ...key }) => ({
        ...key,
        isMine: !key.isService && ownerId === ctx.person.id,
        mayLift: can(role, "key:manage-any"),
        mayRevoke: mayRevoke(role, ctx.person.id, { createdBy: ownerId, isService: key.isService }),
        mayManage: mayManage(role, ctx.person.id, { createdBy: ownerId, isService: key.isService }),
      })),
      total,
      currency: currency(),
    };
  }),

  /** Returns how many keys each filter would leave, and which owners there are. */
  counts: workspaceProcedure("workspace:read", countKeys).query(async ({ ctx, input }) => {
    const { workspaceId } = ctx.workspace;
    const [{ states, isAll }, owners, service] = await Promise.all([
      keyList.counts(ctx.db, workspaceId, { ...input, owner: ownerOf(input.owner, ctx.person.id) }),
      keyList.owners(ctx.db, workspaceId, ctx.person.id),
      keyList.serviceTotal(ctx.db, workspaceId),
    ]);
    const mine = owners.find(({ id }) => id === ctx.person.id)?.keys ?? 0;
    return { states, isAll, mine, service, others: owners.filter(({ id }) => id !== ctx.person.id) };
  }),
});

const ownerOf = (owner: string, personId: string) => (owner === "mine" ? personId : owner);
