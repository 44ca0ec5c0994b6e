import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { Refusal, refuse } from "@/server/api/refusals";
import { findPerson } from "@/server/auth/person";
import { cookieNames } from "@/server/platform/cookies";

/**
 * Checks whether a page of another site requests a download, which it may not. Browsers state the origin of a
 * request.
 */
function isFromElsewhere(request: Request): boolean {
  const from = request.headers.get("sec-fetch-site");
  return from !== null && from !== "same-origin" && from !== "none";
}

/**
 * Answers a GET with a file. It may write to an audit log, so it is only for pages of this site and addresses that
 * were typed. A refusal before the file begins is answered as text with its status. When the sign-in is too old, the
 * person is sent to sign in and comes back.
 *
 * @param page the path of the page that offers the file
 * @param start calls procedures and returns the response with the file
 */
export async function answerDownload(
  request: Request,
  page: string,
  start: () => Promise<Response>,
): Promise<Response> {
  if (isFromElsewhere(request)) return new Response("Not from here.\n", { status: 403 });
  try {
    return await start();
  } catch (error) {
    const { cause } = error as { cause?: unknown };
    if (!(cause instanceof Refusal)) throw error;
    if (cause.reason === "sign_in_again")
      redirect(`/sign-in?notice=again&callbackUrl=${encodeURIComponent(page)}` as never);
    if (cause.reason === "too_many") return said(cause, 429, { "Retry-After": String(cause.retryAfterSeconds ?? 60) });
    if (
      cause.reason === "not_permitted" ||
      cause.reason === "viewing_as" ||
      cause.reason === "looking_inside" ||
      cause.reason === "passkey_required" ||
      cause.reason === "workspace_suspended"
    )
      return said(cause, 403);
    throw error;
  }
}

const said = ({ message }: Refusal, status: number, headers: Record<string, string> = {}) =>
  new Response(`${message}\n`, { status, headers: { "Content-Type": "text/plain; charset=utf-8", ...headers } });

/**
 * Returns the body of a download that is read in parts, each only when the client has taken the one before. `first`
 * is the first part: a refusal is known before anything is sent. Each part's procedure checks the permission again.
 * This function also checks that the person is still signed in, because a long download can outlast the session;
 * otherwise the download breaks off.
 */
export async function downloadBody<First extends object>(
  first: First,
  partsOf: (first: First) => AsyncGenerator<string>,
): Promise<ReadableStream<Uint8Array>> {
  const parts = partsOf(first);
  const token = (await cookies()).get(cookieNames().session)?.value;
  let begun: IteratorResult<string> | undefined = await parts.next();
  const next = async () => {
    if (!token || !(await findPerson(token))) throw refuse("not_signed_in");
    return parts.next();
  };
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const part = begun ?? (await next());
        begun = undefined;
        if (part.done) controller.close();
        else controller.enqueue(encoder.encode(part.value));
      },
      async cancel() {
        await parts.return(undefined);
      },
    },
    // No part is read in advance, because the person might no longer be allowed to read it.
    { highWaterMark: 0 },
  );
}
