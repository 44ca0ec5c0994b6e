import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { Refusal, refuse } from "@/server/api/refusals";
import { findPerson } from "@/server/auth/person";
import { cookieNames } from "@/server/platform/cookies";

/** Checks whether another site's page asks for a download, which it must not start; requests from this site say so. */
function isFromElsewhere(request: Request): boolean {
  const from = request.headers.get("sec-fetch-site");
  return from !== null && from !== "same-origin" && from !== "none";
}

/**
 * Answers a GET whose answer is a file, which may leave a row in a log: only for a page of this site or an address that was
 * typed. A refusal before the file begins is answered in words with its status; a sign-in that is too old leads to another
 * one and back.
 *
 * @param page the path of the page that offers the file
 * @param start calls procedures and makes the file's answer
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
 * Makes the body of a download of its parts, each read only when the client has taken the one before. `first` is what the first
 * procedure answered: a refusal is known before anything is sent, and answered as one. Each part's procedure asks anew what the person may; whether they are still
 * signed in is asked here, since a long download can outlast the session. Then it breaks off.
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
    // Nothing is read ahead of the client: it could be read no more by then.
    { highWaterMark: 0 },
  );
}
