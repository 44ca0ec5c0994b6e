import { isDatabaseDown, refusalOf } from "@/server/api/trpc";
import { safePath } from "@/server/auth/callback-url";
import { confirmLink } from "@/server/auth/sign-in";

/** The messages of the sign-in page for refusals after which the link is still unused. */
const notices = new Map([
  ["provider_required", "required"],
  ["mail_link_off", "mail-link-off"],
  ["too_many_accounts", "too-many-accounts"],
]);

/**
 * Uses a mailed sign-in link and signs the browser in. Answers 410 for a link that was used or has expired, with a page that
 * opens the sign-in page by itself.
 */
export async function POST(request: Request): Promise<Response> {
  const form = await request.formData().catch(() => new FormData());
  const callbackUrl = safePath(form.get("callbackUrl"));
  let signedIn: Headers | null;
  try {
    signedIn = await confirmLink(request, form.get("token"), callbackUrl);
  } catch (error) {
    const { reason } = refusalOf(error as Error);
    const notice = notices.get(reason ?? "");
    if (notice) {
      const next = `/sign-in?notice=${notice}&callbackUrl=${encodeURIComponent(callbackUrl)}`;
      return new Response(null, { status: 303, headers: { Location: next } });
    }
    if (!isDatabaseDown(error)) throw error;
    return new Response(
      "Atelier cannot reach its database just now. Your link still works: go back and try again in a moment.\n",
      {
        status: 503,
        headers: { "Retry-After": "5", "Content-Type": "text/plain; charset=utf-8" },
      },
    );
  }
  if (!signedIn) {
    const next = `/sign-in?notice=link&callbackUrl=${encodeURIComponent(callbackUrl)}`;
    return new Response("This link was used already or has expired.\n", {
      status: 410,
      headers: { Refresh: `0; url=${next}`, "Content-Type": "text/plain; charset=utf-8" },
    });
  }
  const headers = new Headers({ Location: callbackUrl });
  for (const cookie of signedIn.getSetCookie()) headers.append("Set-Cookie", cookie);
  return new Response(null, { status: 303, headers });
}
