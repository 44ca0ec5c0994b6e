import { signInWithPasskey } from "@/server/auth/passkey-sign-in";
import { answering } from "./answering";

/** Signs the browser in with a passkey's signed response. The answer sets the session's cookie. */
export async function POST(request: Request): Promise<Response> {
  const text = await request.text();
  return answering(() => signInWithPasskey(text));
}
