import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { loadCompiled } from "./compiled";

let folder: string;
let stamp: string;
const cache = { enableCompileCache: vi.fn(), flushCompileCache: vi.fn() };
const build = "0123456789abcdef";

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "atelier-compiled-"));
  stamp = path.join(folder, "stamp");
  writeFileSync(stamp, `${build}0123456789\n`);
  vi.clearAllMocks();
});
afterEach(async () => {
  chmodSync(folder, 0o700);
  await rm(folder, { recursive: true });
});

const compiled = () => path.join(folder, "compiled");
const load = () => loadCompiled(folder, stamp, cache);

describe("the code of modules as it was compiled", () => {
  test("is kept in a folder of this build that this account alone may use, and those of other builds go", () => {
    mkdirSync(path.join(compiled(), "of-another-build", "v24"), { recursive: true });
    expect(load()).toBeDefined();
    expect(cache.enableCompileCache.mock.calls).toEqual([[path.join(compiled(), build)]]);
    expect(readdirSync(compiled())).toEqual([build]);
    expect(statSync(path.join(compiled(), build)).mode & 0o777).toBe(0o700);
  });

  test("is written once the application runs, after what is under way", async () => {
    const keep = load();
    expect(cache.flushCompileCache).not.toHaveBeenCalled();
    keep?.();
    await new Promise((resolve) => setImmediate(resolve));
    expect(cache.flushCompileCache).toHaveBeenCalledOnce();
  });

  const others: [string, () => void][] = [
    ["that others may write to", () => chmodSync(path.join(compiled(), build), 0o722)],
    ["beside which others may write", () => chmodSync(compiled(), 0o770)],
    [
      "that leads elsewhere",
      () => {
        rmSync(path.join(compiled(), build), { recursive: true });
        mkdirSync(path.join(folder, "elsewhere"));
        symlinkSync(path.join(folder, "elsewhere"), path.join(compiled(), build));
      },
    ],
  ];
  test.skipIf(process.platform === "win32").each(others)("is not taken from a folder %s", (_, spoil) => {
    mkdirSync(path.join(compiled(), build), { recursive: true, mode: 0o700 });
    chmodSync(compiled(), 0o700);
    spoil();
    expect(load()).toBeUndefined();
    expect(cache.enableCompileCache).not.toHaveBeenCalled();
  });

  test.skipIf(process.getuid?.() !== 0)("is not taken from a folder of another account", async () => {
    const { chownSync } = await import("node:fs");
    mkdirSync(path.join(compiled(), build), { recursive: true, mode: 0o700 });
    chownSync(path.join(compiled(), build), 1000, 1000);
    expect(load()).toBeUndefined();
  });

  test("is not kept where there is no room, no build, or a Node.js that cannot", () => {
    writeFileSync(compiled(), "a file in its place");
    expect(load()).toBeUndefined();
    expect(loadCompiled("/dev/null", stamp, cache)).toBeUndefined();
    expect(loadCompiled(folder, path.join(folder, "nothing"), cache)).toBeUndefined();
    expect(loadCompiled(folder, stamp, {})).toBeUndefined();
    expect(cache.enableCompileCache).not.toHaveBeenCalled();
    expect(existsSync(path.join(compiled(), build))).toBe(false);
  });
});
