import { safePath } from "@/server/auth/callback-url";
import { beginWithProvider } from "@/server/auth/providers/begin";
import { ProviderFailure } from "@/server/auth/providers/failure";
import { findProvider } from "@/server/auth/providers/list";
import { answerFailure } from "../failed";

/**
 * Sends the browser to a provider, to sign in or, from the account settings, to link it. The answer to the form is a
 * page here that goes on by itself: a redirect would count as the form's own way, and the policy of our pages
 * (`form-action 'self'`) would end it at the provider's address, or at any other that the provider hands on to.
 */
export async function POST(request: Request): Promise<Response> {
  const form = await request.formData().catch(() => new FormData());
  const provider = findProvider(form.get("provider"));
  if (!provider) return new Response("Not here.\n", { status: 404 });
  const isLinking = form.get("purpose") === "link";
  const callbackUrl = safePath(form.get("callbackUrl"));
  try {
    return onward(await beginWithProvider(provider, { callbackUrl, isLinking }), provider.name);
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    return answerFailure(provider.id, error, { isLinking, callbackUrl });
  }
}

function onward(url: string, name: string): Response {
  const title = `Going to ${escaped(name)}`;
  const page = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title></head>
<body><main><h1>${title}</h1><p><a href="${escaped(url)}">Go on to ${escaped(name)}</a> if your browser does not do so by itself.</p></main></body>
</html>
`;
  return new Response(page, { headers: { "Content-Type": "text/html; charset=utf-8", Refresh: `0; url=${url}` } });
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
