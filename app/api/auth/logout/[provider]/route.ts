import { originOf } from "@/server/api/context";
import { refusalOf } from "@/server/api/trpc";
import { findAnyProvider } from "@/server/auth/providers/list";
import { endByProvider, LogoutRefused } from "@/server/auth/providers/logout";
import { log } from "@/server/platform/log";

/**
 * Takes the logout token with which an OpenID Connect provider reports that a person has signed out there. The provider's server sends it without cookies, and
 * the token is signed. Accepts it from a disabled provider too, because sessions that it started continue.
 */
export async function POST(request: Request, { params }: { params: Promise<{ provider: string }> }): Promise<Response> {
  const settings = (await findAnyProvider((await params).provider))?.settings;
  if (settings?.protocol !== "oidc") return new Response("Not here.\n", { status: 404 });
  const form = await request.formData().catch(() => new FormData());
  try {
    await endByProvider(settings, form.get("logout_token"), originOf(request.headers));
    return new Response(null, { status: 200, headers: { "Cache-Control": "no-store" } });
  } catch (error) {
    const { reason, retryAfterSeconds } = refusalOf(error as Error);
    if (reason === "too_many") return refusal(429, "too many logout tokens from one address", retryAfterSeconds);
    log.warn({ provider: settings.id, err: error }, "a logout token was not taken");
    if (error instanceof LogoutRefused) return refusal(400, error.message);
    return refusal(503, "the keys of the provider, or the database, cannot be reached", 5);
  }
}

function refusal(status: number, words: string, retryAfter?: number): Response {
  const error = status === 400 ? "invalid_request" : "temporarily_unavailable";
  return Response.json(
    { error, error_description: words },
    { status, headers: { "Cache-Control": "no-store", ...(retryAfter && { "Retry-After": String(retryAfter) }) } },
  );
}
