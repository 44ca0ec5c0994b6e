import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";
import { env } from "./env";

const keys = new Map<string, Buffer>();

/** Returns a key for one purpose, derived from AUTH_SECRET: what is sealed for one cannot be opened for another. */
function keyFor(purpose: string): Buffer {
  let key = keys.get(purpose);
  if (!key) {
    key = Buffer.from(hkdfSync("sha256", env().AUTH_SECRET, "", `atelier ${purpose}`, 32));
    keys.set(purpose, key);
  }
  return key;
}

/** Encrypts what must be read again later, so that the database alone gives nothing away: 12 bytes of nonce, 16 of tag, then AES-256-GCM. */
export function seal(purpose: string, plain: Buffer): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", keyFor(purpose), nonce);
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]);
}

/** Decrypts. Null when it was sealed for another purpose or with another secret, or was tampered with. */
export function open(purpose: string, sealed: Buffer): Buffer | null {
  try {
    const decipher = createDecipheriv("aes-256-gcm", keyFor(purpose), sealed.subarray(0, 12));
    decipher.setAuthTag(sealed.subarray(12, 28));
    return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]);
  } catch {
    return null;
  }
}

/** Returns an HMAC-SHA-256 by which it can be told later that something was said here, and for this purpose. */
export function macOf(purpose: string, said: Buffer): Buffer {
  return createHmac("sha256", keyFor(purpose)).update(said).digest();
}
