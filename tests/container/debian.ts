import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";

const kept = path.resolve(".data/container");

/**
 * Returns a folder with what `node:24-bookworm-slim` holds: a minimal Debian, Node.js, npm and the account `node`. It is made once by debootstrap,
 * of Debian's packages and npm's, and only read from then on.
 */
export function nodeImage(): string {
  const base = /^FROM node:(\d+)-(\w+)-slim/m.exec(readFileSync("Dockerfile", "utf8"));
  if (!base) throw new Error("The Dockerfile begins with another image than node:MAJOR-SUITE-slim.");
  const [, major = "", suite = ""] = base;
  const image = path.join(kept, `${suite}-node-${major}`);
  if (existsSync(image)) return image;
  const making = `${image}.making`;
  rmSync(making, { recursive: true, force: true });
  mkdirSync(kept, { recursive: true });
  if (spawnSync("debootstrap", ["--version"]).error) must("apt-get", ["install", "--yes", "debootstrap"]);
  must("debootstrap", ["--variant=minbase", suite, making]);
  installNode(major, making);
  for (const [file, line] of [
    ["passwd", "node:x:1000:1000::/home/node:/bin/bash"],
    ["group", "node:x:1000:"],
  ] as const)
    writeFileSync(path.join(making, "etc", file), `${line}\n`, { flag: "a" });
  // Only what the build downloads with; the running container has its own.
  for (const file of ["apt/archives", "apt/pkgcache.bin", "apt/srcpkgcache.bin"])
    rmSync(path.join(making, "var/cache", file), { recursive: true, force: true });
  renameSync(making, image);
  return image;
}

/** Puts Node.js and the npm that runs here into `/usr/local`, as Node's image has them. */
function installNode(major: string, image: string): void {
  const name = `node-linux-${process.arch}`;
  const folder = path.join(kept, `node-${major}`);
  mkdirSync(folder, { recursive: true });
  must("npm", ["install", `${name}@${major}`, "--prefix", folder, "--no-save", "--no-audit", "--no-fund"]);
  const local = path.join(image, "usr/local");
  cpSync(path.join(folder, "node_modules", name, "bin/node"), path.join(local, "bin/node"));
  const npm = path.join(must("npm", ["root", "--global"]).trim(), "npm");
  cpSync(npm, path.join(local, "lib/node_modules/npm"), { recursive: true, dereference: true });
  for (const program of ["npm", "npx"])
    symlinkSync(`../lib/node_modules/npm/bin/${program}-cli.js`, path.join(local, "bin", program));
}

function must(program: string, args: string[]): string {
  const { status, stdout, error } = spawnSync(program, args, {
    stdio: ["ignore", "pipe", "inherit"],
    encoding: "utf8",
  });
  if (error || status !== 0) throw new Error(`${program} ${args[0]} failed.`, { cause: error });
  return stdout;
}
