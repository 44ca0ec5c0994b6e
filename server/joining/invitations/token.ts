import { createHash, randomBytes } from "node:crypto";

/** Returns a new invitation token, 32 random bytes as Base64url, and its SHA-256, which is all that is stored. */
export function newToken(): { token: string; hash: Buffer } {
  const token = randomBytes(32).toString("base64url");
  return { token, hash: hashToken(token) };
}

/** Returns the SHA-256 of a token. The token has 256 random bits, so a plain hash is safe from guessing. */
export function hashToken(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

/** Masks an address so that only its owner recognises it: "a•••@acme.com". */
export function maskAddress(email: string): string {
  const at = email.lastIndexOf("@");
  return `${email.slice(0, 1)}•••${email.slice(at)}`;
}
