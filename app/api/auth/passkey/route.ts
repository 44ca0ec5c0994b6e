import { signInWithPasskey } from "@/server/auth/passkey-sign-in";
import { answering } from "./answering";

/** Signs the browser in by what a passkey has signed; the session's cookie goes with the answer. */
export async function POST(request: Request): Promise<Response> {
  const text = await request.text();
  return answering(() => signInWithPasskey(text));
}
