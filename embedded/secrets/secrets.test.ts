import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadSecrets } from "./secrets";

let dataDir = "";
beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), "atelier-secrets-"));
});
afterEach(() => rm(dataDir, { recursive: true }));

test("twenty starters at once end up with the same secrets", async () => {
  const all = await Promise.all(Array.from({ length: 20 }, () => loadSecrets(dataDir)));
  expect(new Set(all.map((secrets) => JSON.stringify(secrets))).size).toBe(1);
  expect(await loadSecrets(dataDir)).toEqual(all[0]);
});

test("they are 32 random bytes each, differ, and are readable by their owner only", async () => {
  const { AUTH_SECRET, KEY_PEPPER } = await loadSecrets(path.join(dataDir, "not", "there", "yet"));
  expect(AUTH_SECRET).not.toBe(KEY_PEPPER);
  for (const secret of [AUTH_SECRET, KEY_PEPPER]) expect(Buffer.from(secret, "base64url")).toHaveLength(32);
  const file = path.join(dataDir, "not", "there", "yet", "secrets.json");
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test("a damaged file is refused, not replaced", async () => {
  const file = path.join(dataDir, "secrets.json");
  await writeFile(file, '{"AUTH_SECRET":"short"');
  await expect(loadSecrets(dataDir)).rejects.toThrow("is damaged");
  expect(await readFile(file, "utf8")).toBe('{"AUTH_SECRET":"short"');
});
