import { safePath } from "@/server/auth/callback-url";
import { beginWithProvider } from "@/server/auth/providers/begin";
import { ProviderFailure } from "@/server/auth/providers/failure";
import { findAnyProvider } from "@/server/auth/providers/list";
import { answerFailure } from "../failed";
import { onward } from "../onward";

/**
 * Sends the browser to a provider: to sign in, to link the provider (from the account settings), or to test it (from the instance's settings). The answer to
 * the form is a page that opens the provider by itself.
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
    return url === null
      ? notHere()
      : onward(url, { title: `Going to ${provider.name}`, words: `Go on to ${provider.name}` });
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    return answerFailure(provider.id, error, { purpose, callbackUrl });
  }
}
