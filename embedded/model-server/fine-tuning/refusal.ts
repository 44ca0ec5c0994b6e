/** Why a job cannot go on, in a sentence that is shown to its creator. */
export class TuningRefusal extends Error {
  override name = "TuningRefusal";
}

/** Describes an error in a sentence: known ones such as a full disk in our words, others with the system's message. */
export function describeTrouble(error: unknown): string {
  if (error instanceof TuningRefusal) return error.message;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOSPC" || code === "EDQUOT" || code === "EFBIG")
    return "There is no space left on the model server's disk. Free some, then start a new job.";
  if (code === "ERR_WORKER_OUT_OF_MEMORY")
    return "Training needed more memory than the model server may use. Try a smaller file or fewer epochs.";
  return `The model server failed while it worked on this: ${error instanceof Error ? error.message : error}`;
}
