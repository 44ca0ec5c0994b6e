import { cookies } from "next/headers";
import { z } from "zod";
import { cookieNames, cookieOptions } from "@/server/platform/cookies";
import { open, seal } from "@/server/platform/sealed";
import { safePath } from "./callback-url";

/** The lifetime of the cookie, the same as that of a mailed link. */
const seconds = 10 * 60;
const purpose = "asked address";
const kept = z.strictObject({ email: z.string(), callbackUrl: z.string(), until: z.number() });

/** Stores in a sealed cookie of this browser which address a sign-in link was mailed to and where it leads. */
export async function rememberAskedAddress(email: string, callbackUrl: unknown): Promise<void> {
  const note = { email, callbackUrl: safePath(callbackUrl), until: Date.now() + seconds * 1_000 };
  const sealed = seal(purpose, Buffer.from(JSON.stringify(note))).toString("base64url");
  (await cookies()).set(cookieNames().address, sealed, { ...cookieOptions(), maxAge: seconds });
}

/**
 * Returns the address for which this browser requested a link in the last 10 minutes, and where the link leads; null:
 * it requested none.
 */
export async function askedAddress(): Promise<{ email: string; callbackUrl: string } | null> {
  const sealed = (await cookies()).get(cookieNames().address)?.value;
  const plain = sealed ? open(purpose, Buffer.from(sealed, "base64url")) : null;
  if (!plain) return null;
  const note = kept.parse(JSON.parse(plain.toString()));
  return note.until > Date.now() ? { email: note.email, callbackUrl: note.callbackUrl } : null;
}
