import { transaction } from "@/db/client";
import { Refusal as Refused } from "@/server/api/refusals";
import { isDatabaseDown } from "@/server/api/trpc";
import { flawSentence, type UploadReason } from "@/server/files/input";
import { UploadRefusal } from "@/server/files/refusal";
import * as workspace from "@/server/membership/workspace/queries";
import { env } from "@/server/platform/env";
import { type ApiError, Refusal, unavailable } from "./errors";

/** What every file that cannot be seen gets, whether it is another workspace's, another person's, deleted or none at all. */
export const noSuchFile: ApiError = {
  status: 404,
  message: "There is no such file.",
  type: "invalid_request_error",
  code: "file_not_found",
  param: "file_id",
};

/** What is said of a file that jobs need. */
export const fileInUse: ApiError = {
  status: 409,
  message: "A fine-tuning job or a batch under way uses this file. Cancel it, or wait until it has ended.",
  type: "invalid_request_error",
  code: "file_in_use",
  param: "file_id",
};

/** What is said while the store cannot be read. */
export const storeDown: ApiError = {
  status: 503,
  message: "Files cannot be read just now. Try again in a moment.",
  type: "server_error",
  code: "files_unavailable",
};

const special: Partial<Record<UploadReason, Pick<ApiError, "status" | "code"> & Partial<ApiError>>> = {
  not_multipart: { status: 415, code: "unsupported_media_type" },
  malformed: { status: 400, code: "malformed_body" },
  too_large: { status: 413, code: "file_too_large" },
  stalled: { status: 408, code: "upload_stalled" },
  store_full: { status: 507, code: "storage_full", type: "server_error", shouldRetry: false },
  workspace_full: { status: 413, code: "storage_ceiling" },
  store_down: { status: 503, code: "files_unavailable", type: "server_error" },
  busy: { status: 503, code: "too_many_uploads", type: "server_error" },
};

/** Returns an upload's failure into a workspace as a program sees it; anything else comes back as it is. */
export async function uploadError(error: unknown, workspaceId: string): Promise<unknown> {
  if (error instanceof UploadRefusal) {
    const { reason, field, flaws } = error;
    const [first, ...others] = flaws.map((flaw) => ({ flaw, sentence: flawSentence(flaw) }));
    const more =
      others.length > 0 ? ` ${others.length} more ${others.length === 1 ? "line is" : "lines are"} wrong.` : "";
    return new Refusal({
      status: 422,
      type: "invalid_request_error",
      code: reason === "flawed" ? "invalid_file" : "invalid_request",
      message: first
        ? first.sentence + more
        : error.message + (reason === "workspace_full" ? await whereToAsk(workspaceId) : ""),
      param: field,
      ...(first && {
        detail: [first, ...others].map(({ flaw, sentence }) => ({
          ...{ type: flaw.code, loc: ["body", "file", flaw.line], msg: sentence },
        })),
      }),
      ...special[reason],
    });
  }
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof Refused && cause.reason === "too_many")
    return new Refusal({
      status: 429,
      message: cause.message,
      type: "rate_limit_error",
      code: "uploads_per_hour",
      retryAfter: cause.retryAfterSeconds ?? 60,
    });
  return isDatabaseDown(error) ? new Refusal(unavailable, { cause: error }) : error;
}

/** Returns the sentence that says where more room is asked for; empty when the database cannot say how the workspace is addressed. */
async function whereToAsk(workspaceId: string): Promise<string> {
  const found = await transaction("read", { workspaceId }, (db) => workspace.find(db, workspaceId)).catch(
    () => undefined,
  );
  return found ? ` See ${env().APP_URL}/w/${found.slug}/limits?of=ceiling&measure=files` : "";
}
