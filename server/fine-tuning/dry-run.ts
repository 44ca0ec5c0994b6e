import { randomUUID } from "node:crypto";
import type { Readable } from "node:stream";
import * as storage from "@/server/files/storage";
import { log } from "@/server/platform/log";
import { trainingPriceOf } from "@/server/usage/prices";
import type { Base } from "./bases";
import { costOf, estimateTokens, mostTokens } from "./estimate";
import type { JobRequest } from "./input";
import { upload } from "./upload";
import { deleteFile, tryJob } from "./upstream";
import { UpstreamRefused } from "./upstream-answer";

/**
 * The estimate of a job. `by`: whether the model server or the size of the files gives the number of tokens. Money is
 * in micro-units.
 */
export type DryRun = {
  trainTokens: number;
  steps: number | null;
  seconds: number | null;
  cost: number;
  by: "model-server" | "size";
  /** What the model server objects to. */
  objection: string | null;
};

type SizedFile = { id: string; bytes: number; isTrainedOn: boolean };

/** Larger files are not sent only to be counted. */
const mostBytes = 16 * 1024 * 1024;
const patienceMs = 20_000;

/**
 * Returns the estimate of a job. If the model server can count tokens, it gets the files for that, and they are deleted
 * there again. Otherwise, and for more than 16 MB, the size of the files is used.
 */
export async function dryRun(
  workspaceId: string,
  request: JobRequest,
  base: Base,
  files: SizedFile[],
  open: (workspaceId: string, id: string) => Promise<Readable> = storage.open,
): Promise<DryRun> {
  const size = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const asked = size <= mostBytes ? await ask(workspaceId, request, base, files, open) : undefined;
  const trainTokens = Math.min(
    asked?.train_tokens ??
      estimateTokens(
        files.filter((file) => file.isTrainedOn),
        request.hyperparameters,
      ),
    mostTokens,
  );
  return {
    trainTokens,
    steps: asked?.training_steps ?? request.hyperparameters.training_steps ?? null,
    seconds: asked?.expected_duration_seconds ?? null,
    cost: costOf(trainTokens, trainingPriceOf(base.id)),
    by: asked?.train_tokens == null ? "size" : "model-server",
    objection: asked?.objection ?? null,
  };
}

type Asked = {
  train_tokens?: number | null | undefined;
  training_steps?: number | null | undefined;
  expected_duration_seconds?: number | null | undefined;
  objection?: string;
};

async function ask(
  workspaceId: string,
  request: JobRequest,
  base: Base,
  files: SizedFile[],
  open: (workspaceId: string, id: string) => Promise<Readable>,
): Promise<Asked | undefined> {
  const { server, upstream } = base;
  const sent = new Map<string, string>();
  const signal = AbortSignal.timeout(patienceMs);
  try {
    for (const { id, bytes } of files) {
      const content = await open(workspaceId, id);
      sent.set(id, await upload(server, { filename: `dry-run-${randomUUID()}.jsonl`, bytes, content }, signal));
    }
    const there = (id: string) => sent.get(id) ?? "";
    return await tryJob(server, {
      model: upstream,
      training_files: request.trainingFiles.map(({ fileId, weight }) => ({ file_id: there(fileId), weight })),
      validation_files: request.validationFiles.map(there),
      suffix: "dry-run",
      hyperparameters: request.hyperparameters,
      auto_start: false,
      invalid_sample_skip_percentage: request.invalidSampleSkipPercentage,
    });
  } catch (error) {
    if (error instanceof UpstreamRefused && (error.status === 400 || error.status === 422))
      return { objection: error.message };
    log.warn({ err: error, modelServer: server.settings.name }, "a model server could not make a dry run");
    return undefined;
  } finally {
    // The caller does not wait for the deletion: a remaining file is a copy that no job reads.
    for (const id of sent.values())
      void deleteFile(server, id).catch((error) =>
        log.warn({ err: error }, "a file of a dry run could not be deleted"),
      );
  }
}
