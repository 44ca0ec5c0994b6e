import type { LineAnswer } from "../door";

/** Returns the line of the output file or the error file for an answered request. */
export function answeredLine(customId: string, { requestId, status, body }: LineAnswer): string {
  const response = `{"status_code":${status},"request_id":${JSON.stringify(requestId)},"body":${body}}`;
  return `{"id":${id(requestId)},"custom_id":${JSON.stringify(customId)},"response":${response},"error":null}\n`;
}

const reasons = {
  expired: {
    code: "batch_expired",
    message: "This request could not be executed before the completion window expired.",
  },
  cancelled: { code: "batch_cancelled", message: "The batch was cancelled before this request was executed." },
  failed: { code: "batch_failed", message: "The batch was stopped before this request was executed." },
} as const;

/** Returns the line of the error file for a request that was not sent because the batch has ended. */
export function unsentLine(batchId: string, line: number, customId: string, why: keyof typeof reasons): string {
  return `${JSON.stringify({ id: `batch_req_${batchId}_${line}`, custom_id: customId, response: null, error: reasons[why] })}\n`;
}

const id = (requestId: string) => JSON.stringify(`batch_req_${requestId.replaceAll("-", "")}`);
