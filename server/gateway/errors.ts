import type { Context } from "hono";

/** An error as a program sees it. */
type ApiError = {
  status: 401 | 403 | 404 | 405 | 422 | 429 | 502 | 503;
  message: string;
  type: string;
  code: string;
  param?: string;
};

/**
 * An error in the shapes of both client families: Mistral's reads the top level, OpenAI's reads `error`
 * (docs/api.md has the statuses).
 */
export function apiError(c: Context, { status, message, type, code, param }: ApiError) {
  const error = { message, type, param: param ?? null, code };
  if (status === 401) c.header("WWW-Authenticate", 'Bearer realm="Atelier"');
  if (status === 503) c.header("Retry-After", "5");
  return c.json({ object: "error", ...error, error }, status);
}

/** The one answer to every key that does not open anything, whatever the cause. */
export function unauthorized(c: Context) {
  return apiError(c, {
    status: 401,
    message: "Invalid API key.",
    type: "authentication_error",
    code: "invalid_api_key",
  });
}
