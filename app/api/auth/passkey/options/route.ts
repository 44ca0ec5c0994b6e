import { askForPasskey } from "@/server/auth/passkey-sign-in";
import { answering } from "../answering";

/** Returns what a browser needs to sign in with a passkey. */
export async function POST(): Promise<Response> {
  return answering(askForPasskey);
}
