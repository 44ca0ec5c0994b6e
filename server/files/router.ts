import type { Db } from "@/db/client";
import { can } from "@/server/access/permissions";
import { oneByOne } from "@/server/api/one-by-one";
import { refusing, workspaceProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import type * as audit from "@/server/audit/queries";
import { deleteFile } from "./deletion";
import { listFiles, manyFiles, mostCounted, oneFile } from "./input";
import * as files from "./queries";
import * as removal from "./removal/queries";

/**
 * Procedures for files. Uploads have their own handlers (`page-requests.ts` and `/v1/files`), because files are larger
 * than a procedure's input.
 */
export const filesRouter = t.router({
  /** Returns a page of the files that the person may see. */
  list: workspaceProcedure("model:read", listFiles).query(async ({ ctx, input }) => {
    const { workspaceId, role } = ctx.workspace;
    const viewer = { userId: ctx.person.id };
    const [page, total] = await Promise.all([
      files.list(ctx.db, workspaceId, viewer, input),
      files.total(ctx.db, workspaceId, viewer, {}, mostCounted),
    ]);
    return {
      ...page,
      rows: page.rows.map((row) => shown(row, ctx.person.id)),
      total,
      mayManage: can(role, "file:manage"),
    };
  }),

  /** Returns a file and the jobs that read it. Refuses `not_found`. */
  get: workspaceProcedure("model:read", oneFile).query(async ({ ctx, input }) => {
    const { workspaceId } = ctx.workspace;
    const file = await files.details(ctx.db, workspaceId, { userId: ctx.person.id }, input.fileId);
    if (!file) throw refuse("not_found");
    return { ...shown(file, ctx.person.id), jobs: await removal.jobsOf(ctx.db, workspaceId, input.fileId) };
  }),

  /** Deletes a file. Refuses `not_found`, and `file_in_use` while a job under way reads it. */
  remove: refusing(["file_in_use"], workspaceProcedure("file:manage", oneFile, "any")).mutation(
    async ({ ctx, input }) => {
      await removed(ctx, input.fileId);
    },
  ),

  /** Deletes several files, each like `remove`. A file that is refused stays and is returned with the reason. */
  removeMany: workspaceProcedure("file:manage", manyFiles, "any").mutation(({ ctx, input }) =>
    oneByOne(ctx, input.fileIds, removed),
  ),
});

type Removing = audit.Actor & { db: Db; person: { id: string }; workspace: { workspaceId: string } };

/** Deletes a file. Refuses `not_found`, `file_in_use`. */
async function removed(ctx: Removing, fileId: string): Promise<void> {
  const viewer = { userId: ctx.person.id, keyId: null };
  const outcome = await deleteFile(ctx.db, ctx.workspace.workspaceId, viewer, ctx, fileId);
  if (outcome === "gone") throw refuse("not_found");
  if (outcome === "in_use") throw refuse("file_in_use");
}

function shown({ sha256, uploadedBy, ...file }: files.ListedFile, personId: string) {
  return { ...file, sha256: sha256.toString("hex"), isMine: uploadedBy === personId };
}
