import { originOf } from "@/server/api/context";
import { findAnyProvider } from "@/server/auth/providers/list";
import { receiveResponse } from "@/server/auth/saml/receive";
import { onward } from "../../../onward";

/**
 * Takes the answer of a SAML provider, which a form on another site posts, and redirects the browser to the callback that all providers share. Neither reads nor
 * sets cookies.
 */
export async function POST(request: Request, { params }: { params: Promise<{ provider: string }> }): Promise<Response> {
  const found = await findAnyProvider((await params).provider);
  if (found?.settings.protocol !== "saml") return new Response("Not here.\n", { status: 404 });
  const { settings: provider } = found;
  const form = await request.formData().catch(() => new FormData());
  const sent = { SAMLResponse: form.get("SAMLResponse"), RelayState: form.get("RelayState") };
  const query = await receiveResponse(provider, sent, originOf(request.headers).ip);
  return onward(`/api/auth/callback/${provider.id}?${query}`, {
    title: `Coming from ${provider.name}`,
    words: "Go on to Atelier",
  });
}
