import type { Batch } from "./queries";

/** Returns a batch as a page shows it. Of a private file of another member only that it is there. */
export function inView({ inputName, inputVisibility, inputOwner, ...batch }: Batch, personId: string) {
  const isSeen = inputVisibility === "workspace" || inputOwner === personId;
  const { status, completed, failed, cost, waitingCode, outputFileId, errorFileId } = batch;
  return {
    ...batch,
    inputName: isSeen ? inputName : null,
    outputFileId: isSeen ? outputFileId : null,
    errorFileId: isSeen ? errorFileId : null,
    /** Changes when there is something new to see. */
    version: [status, completed, failed, cost, waitingCode].join(" "),
  };
}
