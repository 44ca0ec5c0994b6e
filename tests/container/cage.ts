import { type ChildProcess, spawn } from "node:child_process";

/** The account in the cage: that of Node's image. */
const uid = 1000;

/**
 * Mounts in a namespace of its own: the folder `$1` with a root of `/usr`, Node, the image's files `$2` at `/app`, all read-only, and
 * empty `/data` and `/tmp`. Then runs the rest of its arguments there as an unprivileged user.
 */
const script = `
set -e
root=$1; image=$2; node=$3; shift 3
mount -t tmpfs tmpfs "$root"
mkdir -p "$root"/app "$root"/data "$root"/tmp "$root"/proc "$root"/dev "$root"/etc "$root"/usr "$root"/opt
for name in bin lib lib64; do [ -L "/$name" ] && ln -s "usr/$name" "$root/$name"; done
mount --bind /usr "$root/usr" && mount -o remount,bind,ro "$root/usr"
mount --bind "$image" "$root/app" && mount -o remount,bind,ro "$root/app"
cp "$node" "$root/opt/node"
cp /etc/passwd /etc/hosts /etc/nsswitch.conf "$root/etc/"
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mount -t tmpfs -o mode=700,uid=${uid},gid=${uid} tmpfs "$root/data"
mount -o remount,ro "$root"
exec chroot --userspec=${uid}:${uid} "$root" /usr/bin/env -i "$@"
`;

/** Runs a program of the image with this environment alone. `node` in the command is the Node that runs here. */
export function runInCage(
  folder: string,
  image: string,
  environment: Record<string, string>,
  [program, ...args]: string[],
): ChildProcess {
  const variables = Object.entries({ PATH: "/usr/bin", HOME: "/tmp", ...environment }).map(
    ([name, value]) => `${name}=${value}`,
  );
  const command = [...variables, "--chdir=/app", program === "node" ? "/opt/node" : (program ?? ""), ...args];
  // env takes its options before the variables.
  command.sort((a, b) => Number(b.startsWith("--chdir")) - Number(a.startsWith("--chdir")));
  return spawn(
    "unshare",
    ["--mount", "--propagation", "private", "sh", "-c", script, "cage", folder, image, process.execPath, ...command],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
}
