import { findAnyProvider } from "@/server/auth/providers/list";
import { finishWithProvider } from "@/server/composition/finish-sign-in";
import { answerFailure } from "../../failed";

/** Handles the redirect back from a provider, for existing providers only. Mailed links have their own address. */
export async function GET(request: Request, { params }: { params: Promise<{ provider: string }> }): Promise<Response> {
  const found = await findAnyProvider((await params).provider);
  if (!found) return new Response("Not here.\n", { status: 404 });
  const { attempt, failure, headers: sent } = await finishWithProvider(request, found);
  const callbackUrl = attempt?.callbackUrl ?? "/";
  if (failure)
    return answerFailure(found.settings.id, failure, { purpose: attempt?.purpose ?? "sign-in", callbackUrl });
  const headers = new Headers({ Location: callbackUrl });
  for (const cookie of sent?.getSetCookie() ?? []) headers.append("Set-Cookie", cookie);
  return new Response(null, { status: 303, headers });
}
