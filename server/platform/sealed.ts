import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";
import { env } from "./env";

const keys = new Map<string, Buffer>();

/**
 * Returns the key for one purpose, derived from AUTH_SECRET. A text sealed for one purpose cannot be opened for
 * another.
 */
function keyFor(purpose: string): Buffer {
  let key = keys.get(purpose);
  if (!key) {
    key = Buffer.from(hkdfSync("sha256", env().AUTH_SECRET, "", `atelier ${purpose}`, 32));
    keys.set(purpose, key);
  }
  return key;
}

/**
 * Encrypts data that must be read again later, so that access to the database alone does not reveal it. Returns a
 * 12-byte nonce, a 16-byte tag, then the AES-256-GCM ciphertext.
 */
export function seal(purpose: string, plain: Buffer): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", keyFor(purpose), nonce);
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]);
}

/** Decrypts sealed data. Null: it was sealed for another purpose or with another secret, or was changed. */
export function open(purpose: string, sealed: Buffer): Buffer | null {
  try {
    const decipher = createDecipheriv("aes-256-gcm", keyFor(purpose), sealed.subarray(0, 12));
    decipher.setAuthTag(sealed.subarray(12, 28));
    return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]);
  } catch {
    return null;
  }
}

/** Returns an HMAC-SHA-256 that later proves that this instance issued the data for this purpose. */
export function macOf(purpose: string, said: Buffer): Buffer {
  return createHmac("sha256", keyFor(purpose)).update(said).digest();
}
