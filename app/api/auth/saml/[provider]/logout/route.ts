import { originOf } from "@/server/api/context";
import { refusalOf } from "@/server/api/trpc";
import { findAnyProvider } from "@/server/auth/providers/list";
import { LogoutRefused } from "@/server/auth/providers/logout";
import { endBySamlProvider, type SentLogout } from "@/server/auth/saml/logout";
import { log } from "@/server/platform/log";

type Context = { params: Promise<{ provider: string }> };

/** Takes a logout request from the query of the address, which a browser sends (HTTP-Redirect). */
export async function GET(request: Request, context: Context): Promise<Response> {
  return answer(request, context, { query: new URL(request.url).search });
}

/** Takes a logout request from a form, which a browser or the provider's server sends (HTTP-POST). */
export async function POST(request: Request, context: Context): Promise<Response> {
  return answer(request, context, { form: await request.formData().catch(() => new FormData()) });
}

/** Reads no cookie: the signed request names whose sessions end. Accepts requests of a disabled provider too, because sessions that it started continue. */
async function answer(request: Request, { params }: Context, sent: SentLogout): Promise<Response> {
  const settings = (await findAnyProvider((await params).provider))?.settings;
  if (settings?.protocol !== "saml") return said(404, "Not here.");
  try {
    const { answerUrl } = await endBySamlProvider(settings, sent, originOf(request.headers));
    if (answerUrl === null) return said(200, "Signed out of Atelier.");
    return new Response(null, { status: 303, headers: { Location: answerUrl, "Cache-Control": "no-store" } });
  } catch (error) {
    const { reason, retryAfterSeconds } = refusalOf(error as Error);
    if (reason === "too_many") return said(429, "Too many logout requests from one address.", retryAfterSeconds);
    log.warn({ provider: settings.id, err: error }, "a SAML logout request was not taken");
    if (error instanceof LogoutRefused) return said(400, `Not signed out: ${error.message}.`);
    return said(503, "Not signed out: the database or the SAML key cannot be read. Try again.", 5);
  }
}

function said(status: number, words: string, retryAfter?: number): Response {
  return new Response(`${words}\n`, {
    status,
    headers: {
      ...{ "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store" },
      ...(retryAfter && { "Retry-After": String(retryAfter) }),
    },
  });
}
