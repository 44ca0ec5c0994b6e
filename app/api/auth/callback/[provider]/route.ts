import type { NextRequest } from "next/server";
import { listProviders } from "@/server/auth/providers";
import { finishWithProvider } from "@/server/auth/sign-in";

/** Where a provider sends the browser back to. Only for providers that are switched on: mailed links end elsewhere. */
export async function GET(
  request: NextRequest,
  { params }: { params: Promise<{ provider: string }> },
): Promise<Response> {
  const { provider } = await params;
  if (!listProviders().some(({ id }) => id === provider)) return new Response("Not here.\n", { status: 404 });
  return finishWithProvider(request);
}
