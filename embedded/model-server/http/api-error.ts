import type { z } from "zod";

/** One problem with a request body, in the format of FastAPI servers. */
interface ValidationDetail {
  type: string;
  loc: Array<string | number>;
  msg: string;
}

/** A refusal with its HTTP status. Both Mistral's and OpenAI's clients understand `body()`. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly type: string,
    message: string,
    readonly code: string | null = null,
    readonly detail?: ValidationDetail[],
  ) {
    super(message);
  }

  body(): Record<string, unknown> {
    const error = { message: this.message, type: this.type, param: null, code: this.code };
    return { object: "error", ...error, error, ...(this.detail && { detail: this.detail }) };
  }
}

/** Makes a 422 from details; the message is made from the first one. */
export function invalidRequest(detail: ValidationDetail[]): ApiError {
  const [first] = detail;
  const message = first ? `${first.loc.join(".")}: ${first.msg}` : "Invalid request";
  return new ApiError(422, "invalid_request_error", message, null, detail);
}

/** Makes a 422 from a failed parse. */
export function invalidBody(error: z.ZodError): ApiError {
  return invalidRequest(
    error.issues.map((issue) => {
      const isMissing = issue.code === "invalid_type" && issue.input === undefined;
      return {
        type: isMissing ? "missing" : issue.code,
        loc: ["body", ...issue.path.map((part) => (typeof part === "symbol" ? String(part) : part))],
        msg: isMissing ? "Field required" : issue.message,
      };
    }),
  );
}

/** Makes a 400: no model with this id can do what was requested. */
export function invalidModel(id: string): ApiError {
  return new ApiError(400, "invalid_model", `Invalid model: ${id}`, "1500");
}
