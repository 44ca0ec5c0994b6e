import type { Batch } from "./queries";

const untold = "Only the member whose private file it is can read this.";

/**
 * Returns a batch without the data that only people who may see its input file may know: the names and ids of its
 * files, and messages about its lines. `personId` null: the view of a service key.
 */
export function asSeenBy<Seen extends Batch>(batch: Seen, personId: string | null): Seen {
  if (batch.inputVisibility === "workspace" || batch.inputOwner === personId) return batch;
  const errors = batch.errors?.map(({ code, line }) => ({ code, line, message: untold, param: null })) ?? null;
  const waitingBecause = batch.waitingBecause && untold;
  return {
    ...batch,
    ...{ inputName: null, outputFileId: null, errorFileId: null, model: null, metadata: null, errors, waitingBecause },
  };
}

/** Returns a batch as a page shows it. Of a private file of another member it shows only that there is one. */
export function inView(found: Batch, personId: string) {
  const { inputVisibility, inputOwner, ...batch } = asSeenBy(found, personId);
  const { status, completed, failed, cost, waitingCode } = batch;
  return {
    ...batch,
    /** Changes when the page has something new to show. */
    version: [status, completed, failed, cost, waitingCode].join(" "),
  };
}
