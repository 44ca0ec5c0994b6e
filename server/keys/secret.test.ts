import * as crypto from "node:crypto";
import * as zlib from "node:zlib";
import { expect, test, vi } from "vitest";
import { crc32 } from "@/server/platform/crc32";
import { drawKey, idOf, isKey } from "./secret";

vi.mock("node:crypto", async (original) => {
  const actual = await original<typeof crypto>();
  return { ...actual, createHmac: vi.fn(actual.createHmac), timingSafeEqual: vi.fn(actual.timingSafeEqual) };
});

const base62 = [..."0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"];

test("a key is atl_, its id, 43 characters of secret and 6 of checksum, all Base62", () => {
  for (let i = 0; i < 50; i++) {
    const { id, key, lastFour } = drawKey();
    expect(key).toMatch(/^atl_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}$/);
    expect(key.slice(4, 16)).toBe(id);
    expect(key.endsWith(lastFour)).toBe(true);
    expect(idOf(key)).toBe(id);
  }
});

test("a key's checksum is the CRC-32 of what precedes it, in Base62, so that a scanner can check it", () => {
  expect(crc32("123456789")).toBe(0xcbf43926);
  const { key } = drawKey();
  const value = [...key.slice(-6)].reduce((sum, digit) => sum * 62 + base62.indexOf(digit), 0);
  expect(value).toBe(crc32(key.slice(0, -6)));
  // Node has its own from 20.15 on.
  if (zlib.crc32) expect(value).toBe(zlib.crc32(key.slice(0, -6)));
});

test("a key with any one character changed is refused without asking the database", () => {
  const { key } = drawKey();
  const passed: string[] = [];
  for (let at = 0; at < key.length; at++) {
    for (const other of base62) {
      const changed = key.slice(0, at) + other + key.slice(at + 1);
      if (changed !== key && idOf(changed) !== null) passed.push(changed);
    }
  }
  expect(passed).toEqual([]);
});

test("a key that was cut, continued, or with two neighbours swapped is refused", () => {
  const { key } = drawKey();
  for (let length = 0; length < key.length; length++) expect(idOf(key.slice(0, length))).toBeNull();
  for (const more of ["0", " ", "\n", "\u0000"]) {
    expect(idOf(key + more)).toBeNull();
    expect(idOf(more + key)).toBeNull();
  }
  for (let at = 0; at < key.length - 1; at++) {
    const swapped = key.slice(0, at) + key.charAt(at + 1) + key.charAt(at) + key.slice(at + 2);
    if (swapped !== key) expect(idOf(swapped)).toBeNull();
  }
});

test("a thousand keys have a thousand ids and secrets, and every character occurs", () => {
  const keys = Array.from({ length: 1_000 }, drawKey);
  expect(new Set(keys.map(({ id }) => id)).size).toBe(1_000);
  expect(new Set(keys.map(({ key }) => key.slice(17, 60))).size).toBe(1_000);
  expect([...new Set(keys.flatMap(({ key }) => [...key.slice(17, 60)]))].sort()).toEqual([...base62].sort());
});

test("a key is recognised by what was kept of it, and only by that", () => {
  const [one, other] = [drawKey(), drawKey()];
  expect(isKey(one.key, one)).toBe(true);
  expect(isKey(one.key, other)).toBe(false);
  expect(isKey(one.key, undefined)).toBe(false);
  expect(isKey(one.key, { ...one, pepperVersion: 2 })).toBe(false);
  expect(isKey(one.key, { secretMac: Buffer.alloc(0), pepperVersion: 1 })).toBe(false);
  expect(isKey(one.key, { secretMac: Buffer.alloc(32), pepperVersion: 1 })).toBe(false);
});

test("what is kept is an HMAC under the pepper: the key alone does not give it", () => {
  const { key, secretMac } = drawKey();
  expect(secretMac).toHaveLength(32);
  expect(secretMac).toEqual(
    crypto
      .createHmac("sha256", process.env.KEY_PEPPER ?? "")
      .update(key)
      .digest(),
  );
  expect(secretMac).not.toEqual(crypto.createHash("sha256").update(key).digest());
});

test("AK-08 an unknown key costs the same work as a known one: one HMAC and one comparison of full length", () => {
  const { key, ...kept } = drawKey();
  const work = (known: Parameters<typeof isKey>[1]) => {
    vi.mocked(crypto.createHmac).mockClear();
    vi.mocked(crypto.timingSafeEqual).mockClear();
    isKey(key, known);
    return {
      hmacs: vi.mocked(crypto.createHmac).mock.calls.map(([algorithm]) => algorithm),
      compared: vi.mocked(crypto.timingSafeEqual).mock.calls.map(([a, b]) => [a.byteLength, b.byteLength]),
    };
  };
  const known = work(kept);
  expect(known).toEqual({ hmacs: ["sha256"], compared: [[32, 32]] });
  expect(work(undefined)).toEqual(known);
  expect(work({ secretMac: Buffer.alloc(3), pepperVersion: 1 })).toEqual(known);
});
