import { finishWithProvider } from "@/server/auth/providers/finish";
import { findProvider } from "@/server/auth/providers/list";
import { answerFailure } from "../../failed";

/** Returns where a provider sends the browser back to. Only for providers that are switched on: mailed links end elsewhere. */
export async function GET(request: Request, { params }: { params: Promise<{ provider: string }> }): Promise<Response> {
  const provider = findProvider((await params).provider);
  if (!provider) return new Response("Not here.\n", { status: 404 });
  const { attempt, failure, headers: sent } = await finishWithProvider(request, provider);
  const callbackUrl = attempt?.callbackUrl ?? "/";
  if (failure) return answerFailure(provider.id, failure, { isLinking: Boolean(attempt?.linkingSession), callbackUrl });
  const headers = new Headers({ Location: callbackUrl });
  for (const cookie of sent?.getSetCookie() ?? []) headers.append("Set-Cookie", cookie);
  return new Response(null, { status: 303, headers });
}
