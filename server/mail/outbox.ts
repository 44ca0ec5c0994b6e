import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { env } from "@/server/env";
import type { Templates } from "./templates";

/** A mail before it is rendered: to whom, which template, and what the template says. */
export type Mail = {
  [Name in keyof Templates]: { to: string; template: Name; props: Templates[Name] };
}[keyof Templates];

let key: Buffer | undefined;

/** The outbox holds links that sign people in: at rest they are sealed with a key derived from AUTH_SECRET. */
function sealingKey(): Buffer {
  key ??= Buffer.from(hkdfSync("sha256", env().AUTH_SECRET, "", "atelier mail outbox", 32));
  return key;
}

/** Encrypts a mail: 12 bytes of nonce, 16 of tag, then AES-256-GCM of its JSON. */
export function seal(mail: Mail): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", sealingKey(), nonce);
  const body = Buffer.concat([cipher.update(JSON.stringify(mail)), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]);
}

/** Decrypts a sealed mail. Dates in it have become ISO strings. Throws when it was sealed with another secret. */
export function unseal(sealed: Buffer): Mail {
  const decipher = createDecipheriv("aes-256-gcm", sealingKey(), sealed.subarray(0, 12));
  decipher.setAuthTag(sealed.subarray(12, 28));
  return JSON.parse(Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]).toString());
}
