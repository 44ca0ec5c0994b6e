import { cookies } from "next/headers";
import { z } from "zod";
import { cookieNames, cookieOptions } from "@/server/platform/cookies";
import { open, seal } from "@/server/platform/sealed";

const purpose = "provider attempt";
/** How long a person may take at the provider: to find a password or a second factor, or to create an account there. */
const attemptSeconds = 15 * 60;
/**
 * The most attempts in one browser. Each tab has its own, and unfinished ones must not fill the browser's request
 * headers.
 */
const atMost = 6;

const attempt = z.strictObject({
  provider: z.string(),
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  /** A path on this site. */
  callbackUrl: z.string(),
  purpose: z.enum(["sign-in", "link", "test"]),
  /** The session that links or tests the provider; null: the attempt is a sign-in. */
  sessionId: z.string().nullable(),
  endsAt: z.number(),
});

/** A sign-in with a provider that this browser has begun. */
export type Attempt = Omit<z.output<typeof attempt>, "endsAt">;

/** Stores an attempt in its own sealed cookie, so that several tabs do not overwrite each other's. */
export async function keepAttempt(begun: Attempt): Promise<void> {
  const jar = await cookies();
  const prefix = cookieNames().attempt;
  const others = jar.getAll().filter(({ name }) => name.startsWith(prefix));
  for (const { name } of others.slice(0, Math.max(0, others.length - atMost + 1))) forget(jar, name);
  const plain = JSON.stringify({ ...begun, endsAt: Date.now() + attemptSeconds * 1000 });
  const value = seal(purpose, Buffer.from(plain)).toString("base64url");
  jar.set(nameFor(begun.state), value, { ...cookieOptions(), maxAge: attemptSeconds });
}

/**
 * Removes the attempt with a state from this browser and returns it; null: it was used, has expired, or began in
 * another browser.
 */
export async function takeAttempt(provider: string, state: string): Promise<Attempt | null> {
  const jar = await cookies();
  const name = nameFor(state);
  const sealed = jar.get(name)?.value;
  if (!sealed) return null;
  forget(jar, name);
  const plain = open(purpose, Buffer.from(sealed, "base64url"));
  const parsed = attempt.safeParse(plain && JSON.parse(plain.toString()));
  if (!parsed.success) return null;
  const { endsAt, ...begun } = parsed.data;
  return begun.provider === provider && begun.state === state && endsAt > Date.now() ? begun : null;
}

/** Returns the name of an attempt's cookie, made of a part of its state, which is 43 characters of Base64url. */
function nameFor(state: string): string {
  return `${cookieNames().attempt}${state.replace(/[^\w-]/g, "").slice(0, 12)}`;
}

function forget(jar: Awaited<ReturnType<typeof cookies>>, name: string): void {
  jar.set(name, "", { ...cookieOptions(), maxAge: 0 });
}
