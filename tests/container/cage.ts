import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import type { ImageSettings } from "./dockerfile";

/** The account `node` of Node's image. */
const uid = 1000;

/** What a container is made of: Node's image, what the image's steps wrote over it, and an empty folder to mount both at. */
export type Image = { base: string; written: string; root: string; settings: ImageSettings };

/**
 * Mounts in namespaces of its own: the image `$1` with `$2` over it at `$3`, read-only; an empty /tmp; and /data as a volume, the folder `$4`
 * or, of `size=…`, an empty disk of that size. Then runs the rest of its arguments there, as an unprivileged user without capabilities.
 * It dies with `unshare`, whose own signal for that is forgotten as the user changes.
 */
const script = `
set -e
base=$1; written=$2; root=$3; data=$4; folder=$5; shift 5
mount -t overlay overlay -o "ro,lowerdir=$written:$base" "$root"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --bind /etc/hosts "$root/etc/hosts"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
case "$data" in
  size=*) mount -t tmpfs -o "mode=700,uid=${uid},gid=${uid},$data" tmpfs "$root/data" ;;
  *) mount --bind "$data" "$root/data" ;;
esac
exec chroot "$root" /usr/bin/setpriv --reuid=${uid} --regid=${uid} --clear-groups --bounding-set=-all --inh-caps=-all --no-new-privs \\
  --pdeathsig KILL \\
  /usr/bin/env -i --chdir="$folder" "$@"
`;

type Running = {
  environment: Record<string, string>;
  /** The folder that is mounted at /data, or the size of an empty disk. */
  data: string;
  command?: string[];
};

/** Runs a container of an image, with this environment alone. Its program is the first process in there, as with container engines. */
export function runInCage({ base, written, root, settings }: Image, running: Running): ChildProcess {
  const { environment, data, command = settings.command } = running;
  const variables = Object.entries({ PATH: "/usr/local/bin:/usr/bin:/bin", HOME: "/home/node", ...environment });
  return spawn(
    "unshare",
    [
      ...["--mount", "--pid", "--fork", "--kill-child", "--propagation", "private", "sh", "-c", script, "cage"],
      ...[base, written, root, data, settings.folder],
      ...[...variables.map(([name, value]) => `${name}=${value}`), ...command],
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
}

/** Returns the process in a container as this machine counts it; undefined: it has ended. */
export function processIn(container: ChildProcess): number | undefined {
  try {
    const children = readFileSync(`/proc/${container.pid}/task/${container.pid}/children`, "utf8");
    return Number(children.trim().split(" ")[0]) || undefined;
  } catch {
    return undefined;
  }
}
