import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Stage } from "./dockerfile";

/** Where the layers of a stage are: what it has written over Node's image. */
export type Built = Map<string, string>;

/** Mounts the image `$1` with the layers in `$2` at `$2/root`, with this machine's network, and runs the rest of its arguments in there as root. */
const inStage = `
set -e
image=$1; layers=$2; folder=$3; cache=$4; shift 4
mount -t overlay overlay -o "lowerdir=$image,upperdir=$layers/written,workdir=$layers/work" "$layers/root"
mount -t proc proc "$layers/root/proc"
mount --rbind /dev "$layers/root/dev"
mount -t tmpfs tmpfs "$layers/root/tmp"
mkdir -p "$layers/root/tmp/npm" && mount --bind "$cache" "$layers/root/tmp/npm"
for file in /etc/resolv.conf /etc/hosts; do touch "$layers/root$file" && mount --bind "$file" "$layers/root$file"; done
if [ -n "$NODE_EXTRA_CA_CERTS" ]; then cp "$NODE_EXTRA_CA_CERTS" "$layers/root/tmp/authorities"; NODE_EXTRA_CA_CERTS=/tmp/authorities; fi
exec chroot "$layers/root" /usr/bin/env -i --chdir="$folder" PATH=/usr/local/bin:/usr/bin:/bin HOME=/root \\
  npm_config_registry="$npm_config_registry" NODE_EXTRA_CA_CERTS="$NODE_EXTRA_CA_CERTS" npm_config_cache=/tmp/npm npm_config_update_notifier=false "$@"
`;

/** Carries out the steps of a Dockerfile's stage, each in a chroot of Node's image. Returns the folder with what they wrote. */
export function buildStage(stage: Stage, image: string, layers: string, built: Built): string {
  for (const name of ["written", "work", "root"]) mkdirSync(path.join(layers, name), { recursive: true });
  const written = path.join(layers, "written");
  // Else what it makes first would be as private as a folder of this test.
  chmodSync(written, 0o755);
  let folder = "/";
  for (const { name, rest } of stage.instructions) {
    if (name === "WORKDIR") {
      folder = rest;
      mkdirSync(path.join(written, folder), { recursive: true });
    }
    if (name === "COPY") copy(rest, path.join(written, folder), built);
    if (name === "RUN") run(rest, { image, layers, folder });
  }
  built.set(stage.name, written);
  return written;
}

function run(command: string, { image, layers, folder }: { image: string; layers: string; folder: string }): void {
  console.log(`     RUN ${command}`);
  const registry = execFileSync("npm", ["config", "get", "registry"], { encoding: "utf8" }).trim();
  const cache = execFileSync("npm", ["config", "get", "cache"], { encoding: "utf8" }).trim();
  mkdirSync(cache, { recursive: true });
  const args = ["--mount", "--propagation", "private", "sh", "-c", inStage, "stage", image, layers, folder, cache];
  const { status, stdout, stderr } = spawnSync("unshare", [...args, "/bin/sh", "-c", command], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    env: { ...process.env, npm_config_registry: registry },
  });
  if (status !== 0) throw new Error(`${command} failed:\n${`${stdout}${stderr}`.slice(-4_000)}`);
}

/** Copies files of this project, as far as .dockerignore lets them in, or of another stage. */
function copy(rest: string, folder: string, built: Built): void {
  const words = rest.split(/\s+/);
  const from = /^--from=(.+)$/.exec(words[0] ?? "")?.[1];
  const sources = words.slice(from ? 1 : 0, -1);
  const target = path.join(folder, words.at(-1) ?? "");
  mkdirSync(target, { recursive: true });
  for (const source of sources) {
    const at = from ? path.join(built.get(from) ?? "", source) : source;
    const isWhole = source === "." || from !== undefined || words.at(-1) === `./${source}`;
    if (isWhole) cpSync(at, target, { recursive: true, verbatimSymlinks: true, filter: from ? undefined : isLetIn });
    else copyFileSync(at, path.join(target, path.basename(source)));
  }
}

const ignored = existsSync(".dockerignore") ? readFileSync(".dockerignore", "utf8").split("\n").filter(Boolean) : [];
const patterns = ignored.map((line) => new RegExp(`^${line.replaceAll(".", "\\.").replaceAll("*", "[^/]*")}(/|$)`));

function isLetIn(file: string): boolean {
  return !patterns.some((pattern) => pattern.test(path.relative(".", file)));
}
