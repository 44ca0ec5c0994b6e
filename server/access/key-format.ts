import { crc32 } from "@/server/platform/crc32";

/** The digits of ids, secrets and checksums, least first. */
export const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** How many digits a checksum has: 62^6 is over 2^32. */
export const checkLength = 6;

const form = /^atl_([0-9A-Za-z]{12})_[0-9A-Za-z]{43}([0-9A-Za-z]{6})$/;

/**
 * Returns the CRC-32 of the part of a key before its checksum, in Base62. It lets a mistyped or truncated key be
 * recognised without the database. Its 32 bits are too few to help in guessing the 256 bits of the secret.
 */
export function checksum(body: string): string {
  let rest = crc32(body);
  let digits = "";
  for (let i = 0; i < checkLength; i++) {
    digits = base62.charAt(rest % 62) + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}

/** Returns the id in a well-formed key, or null when the text is not a key of ours: wrong shape or wrong checksum. */
export function idOf(key: string): string | null {
  const parts = form.exec(key);
  if (!parts?.[1]) return null;
  return checksum(key.slice(0, -checkLength)) === parts[2] ? parts[1] : null;
}
