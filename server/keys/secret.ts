import { createHmac, randomInt, timingSafeEqual } from "node:crypto";
import { base62, checksum } from "@/server/access/key-format";
import { env } from "@/server/platform/env";

export { idOf } from "@/server/access/key-format";

const idLength = 12;
/** 62^43 is just over 2^256. */
const secretLength = 43;
/** The pepper with which new keys are stored. A new pepper gets the next number; old keys keep theirs. */
const pepperVersion = 1;

/** What is stored of a key, and the key itself, which is in one response only. */
export type NewKey = { id: string; key: string; secretMac: Buffer; pepperVersion: number; lastFour: string };

/**
 * Generates a key: `atl_<id>_<secret><crc>` in Base62, with a secret of 256 bits and the CRC-32 of everything before
 * it, so that a mistyped or truncated key is recognised without asking the database.
 */
export function drawKey(): NewKey {
  const id = draw(idLength);
  const body = `atl_${id}_${draw(secretLength)}`;
  const key = body + checksum(body);
  return { id, key, secretMac: macOf(key), pepperVersion, lastFour: key.slice(-4) };
}

const noMac = Buffer.alloc(32);

/**
 * Checks in constant time whether a key is the one whose MAC was stored. Without a stored MAC it does the same work,
 * so that an unknown key takes as long as a wrong one.
 */
export function isKey(key: string, kept: { secretMac: Buffer; pepperVersion: number } | undefined): boolean {
  const matches = timingSafeEqual(macOf(key), kept?.secretMac.length === noMac.length ? kept.secretMac : noMac);
  return kept !== undefined && kept.pepperVersion === pepperVersion && matches;
}

/** Returns the HMAC-SHA-256 of the whole key, keyed with the pepper, which is not in the database. */
function macOf(key: string): Buffer {
  return createHmac("sha256", env().KEY_PEPPER).update(key).digest();
}

/** Returns a mark that tells this pepper from others without revealing it. */
export function pepperMark(): { version: number; mac: Buffer } {
  return { version: pepperVersion, mac: macOf("the pepper of this database's keys") };
}

function draw(length: number): string {
  let text = "";
  for (let i = 0; i < length; i++) text += base62.charAt(randomInt(62));
  return text;
}
