/** The result of sending a form: done, refused, or cancelled. */
export type Sent =
  | { status: "done" }
  | { status: "refused"; reason?: string; message: string; field?: string; flaws?: string[] }
  | { status: "cancelled" };

/** The progress of sending, in bytes. */
export type Progress = { loaded: number; total: number };

const broke = "The connection was lost. Nothing was uploaded; try again.";

/**
 * Sends a form with a file and reports the progress. It uses XMLHttpRequest, because fetch does not report upload
 * progress. Returns the result and the function that cancels.
 */
export function sendFile(address: string, form: FormData, onProgress: (progress: Progress) => void) {
  const request = new XMLHttpRequest();
  const sent = new Promise<Sent>((resolve) => {
    request.upload.onprogress = ({ loaded, total }) => onProgress({ loaded, total });
    request.onload = () => resolve(request.status === 201 ? { status: "done" } : refusalIn(request.responseText));
    request.onerror = () => resolve({ status: "refused", message: broke });
    request.onabort = () => resolve({ status: "cancelled" });
  });
  request.open("POST", address);
  request.setRequestHeader("Accept", "application/json");
  request.send(form);
  return { sent, cancel: () => request.abort() };
}

function refusalIn(text: string): Sent {
  try {
    type Told = { reason: string; message: string; field?: string; flaws?: string[] };
    const { reason, message, field, flaws } = JSON.parse(text) as Told;
    return { status: "refused", reason, message, ...(field ? { field } : {}), ...(flaws ? { flaws } : {}) };
  } catch {
    return { status: "refused", message: broke };
  }
}
