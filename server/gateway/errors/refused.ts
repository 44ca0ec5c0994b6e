import { Refusal as Refused } from "@/server/api/refusals";
import { failures } from "./answer-error";
import { invalid, Refusal } from "./errors";

/**
 * Returns an answer, or what the rules refuse in the words of programs.
 *
 * @param notFound what is said of a thing that is not there
 * @param names what a program calls fields whose names are not those of the rules
 */
export async function answered(
  run: () => Promise<Response>,
  notFound: Refusal,
  names: Readonly<Record<string, string>> = {},
): Promise<Response> {
  try {
    return await run();
  } catch (error) {
    const { code, cause } = error as { code?: string; cause?: unknown };
    if (!(cause instanceof Refused)) throw error;
    const { reason, message, fields, retryAfterSeconds } = cause;
    if (reason === "not_found") throw notFound;
    if (reason === "model_server_down") throw new Refusal(failures.down);
    if (reason === "invalid_input") {
      const [[field, sentence] = ["", message]] = Object.entries(fields);
      throw invalid(names[field] ?? field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), sentence);
    }
    const retryAfter = retryAfterSeconds === undefined ? {} : { retryAfter: retryAfterSeconds };
    if (reason === "spend_limit")
      throw new Refusal({
        ...{ status: 402, message, type: "insufficient_quota", code: reason, ...retryAfter },
        shouldRetry: false,
      });
    if (reason === "spend_under_way")
      throw new Refusal({ ...{ status: 429, message, type: "rate_limit_error", code: reason, ...retryAfter } });
    if (code === "CONFLICT") throw new Refusal({ status: 409, message, type: "invalid_request_error", code: reason });
    throw error;
  }
}
