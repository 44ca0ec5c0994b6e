import { safePath } from "@/server/auth/callback-url";
import { beginWithProvider } from "@/server/auth/providers/begin";
import { ProviderFailure } from "@/server/auth/providers/failure";
import { findAnyProvider } from "@/server/auth/providers/list";
import { answerFailure } from "../failed";

/**
 * Sends the browser to a provider, to sign in, from the account settings to link it, or from the instance's to test it. The answer to the form is a
 * page here that goes on by itself: a redirect would count as the form's own way, and the policy of our pages
 * (`form-action 'self'`) would end it at the provider's address, or at any other that the provider hands on to.
 */
export async function POST(request: Request): Promise<Response> {
  const form = await request.formData().catch(() => new FormData());
  const wanted = form.get("purpose");
  const purpose = wanted === "link" || wanted === "test" ? wanted : "sign-in";
  const found = await findAnyProvider(form.get("provider"));
  const notHere = () => new Response("Not here.\n", { status: 404 });
  if (!found || (!found.isEnabled && purpose !== "test")) return notHere();
  const { settings: provider } = found;
  const callbackUrl = purpose === "test" ? `/instance/sign-in/${provider.id}` : safePath(form.get("callbackUrl"));
  try {
    const url = await beginWithProvider(provider, { callbackUrl, purpose });
    return url === null ? notHere() : onward(url, provider.name);
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    return answerFailure(provider.id, error, { purpose, callbackUrl });
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
