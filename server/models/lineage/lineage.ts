import type { Db } from "@/db/client";
import type { ModelLineage } from "@/db/schema/models";
import type { OwnModel } from "../queries";
import * as lineage from "./queries";

/** Returns the origin of a model, as far as this workspace knows it: names of people, checksums of files, its job. */
export async function lineageOf(db: Db, workspaceId: string, model: OwnModel, readerId: string) {
  const { jobId, keyId, createdBy } = model;
  const [job, files, key, maker] = await Promise.all([
    jobId ? lineage.job(db, workspaceId, jobId) : undefined,
    jobId ? lineage.filesOf(db, workspaceId, jobId) : [],
    keyId ? lineage.keyName(db, workspaceId, keyId) : undefined,
    createdBy ? lineage.personName(db, createdBy) : undefined,
  ]);
  return {
    job,
    key,
    maker: maker ?? null,
    /** The origin that was known when it moved here from another workspace. */
    earlier: model.lineage,
    files: files.map(({ uploadedBy, isPrivate, filename, ...file }) => {
      const isHidden = isPrivate && uploadedBy !== readerId;
      return { ...file, filename: isHidden ? null : filename };
    }),
  };
}

/** Returns the origin that moves with a model to another workspace. The names of private files are left out. */
export async function lineageToGo(
  db: Db,
  workspace: { workspaceId: string; name: string },
  model: OwnModel,
): Promise<ModelLineage> {
  const { job, key, maker, files } = await lineageOf(db, workspace.workspaceId, model, "");
  // A model that has moved before keeps the origin from its first workspace.
  if (model.lineage && !job) return model.lineage;
  return {
    workspace: workspace.name,
    maker,
    key: key?.name ?? null,
    jobId: job?.id ?? null,
    createdAt: model.createdAt.toISOString(),
    files: files.map(({ filename, sha256, uploaderName, use }) => ({
      ...{ filename: filename ?? "A private file", sha256, uploadedBy: uploaderName, use },
    })),
  };
}
