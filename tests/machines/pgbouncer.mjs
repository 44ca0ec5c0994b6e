// Finds a PgBouncer that keeps prepared statements in transaction mode, which 1.21 was the first to do. Debian 12 has an older one:
// then that of the next release is unpacked beside it, with the libraries that it needs, and installed nowhere.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const oldest = [1, 21];
const release = "trixie";
const packages = [
  ...["pgbouncer", "libc6", "libgcc-s1", "libcares2", "libevent-2.1-7t64", "libpam0g", "libaudit1", "libcap-ng0"],
  ...["libssl3t64", "libsystemd0", "libcap2", "zlib1g", "libzstd1"],
];

/**
 * Returns the command that starts it, without its arguments.
 *
 * @param {string} kept the folder in which downloaded packages stay for the next time
 * @returns {string[]}
 * @throws Error where there is neither a new enough one nor a way to have one
 */
export function findPgBouncer(kept) {
  const own = [process.env.PGBOUNCER_PATH ?? "pgbouncer"];
  return isNewEnough(own) ? own : unpacked(kept);
}

function isNewEnough([program, ...args]) {
  try {
    const said = execFileSync(program, [...args, "--version"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [, major, minor] = /PgBouncer (\d+)\.(\d+)/.exec(said)?.map(Number) ?? [];
    return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
  } catch {
    return false;
  }
}

/** Downloads the packages, which apt checks against Debian's signature, and unpacks them into a folder that every account may read. */
function unpacked(kept) {
  mkdirSync(kept, { recursive: true });
  if (readdirSync(kept).filter((name) => name.endsWith(".deb")).length < packages.length) download(kept);
  const root = mkdtempSync(path.join(tmpdir(), "atelier-pgbouncer-"));
  process.once("exit", () => rmSync(root, { recursive: true, force: true }));
  for (const name of readdirSync(kept).filter((name) => name.endsWith(".deb")))
    execFileSync("dpkg-deb", ["-x", path.join(kept, name), root]);
  execFileSync("chmod", ["755", root]);
  const libraries = readdirSync(path.join(root, "usr/lib")).find((name) => name.endsWith("-linux-gnu")) ?? "";
  const folder = path.join(root, "usr/lib", libraries);
  const loader = readdirSync(folder).find((name) => name.startsWith("ld-linux"));
  const command = [path.join(folder, String(loader)), "--library-path", folder, path.join(root, "usr/sbin/pgbouncer")];
  if (!isNewEnough(command)) throw new Error(`Debian's PgBouncer does not run here: ${command.join(" ")}`);
  return command;
}

function download(kept) {
  const mirror = apt(["indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"])
    .split("\n")
    .find((address) => /\/debian\/?$/.test(address));
  if (!mirror) throw new Error("There is no PgBouncer 1.21 or newer. Install one, or name it with PGBOUNCER_PATH.");
  // apt with lists of its own: the system's stay as they are.
  for (const folder of ["state/lists/partial", "cache/archives/partial"])
    mkdirSync(path.join(kept, folder), { recursive: true });
  const file = (name, text) => {
    writeFileSync(path.join(kept, name), text);
    return path.join(kept, name);
  };
  const keys = "/usr/share/keyrings/debian-archive-keyring.gpg";
  file("state/status", "");
  const settings = file(
    "apt.conf",
    [
      `Dir::State "${path.join(kept, "state")}";`,
      `Dir::State::status "${path.join(kept, "state/status")}";`,
      `Dir::Cache "${path.join(kept, "cache")}";`,
      `Dir::Etc::sourcelist "${file("sources.list", `deb [signed-by=${keys}] ${mirror} ${release} main\n`)}";`,
      'Dir::Etc::sourceparts "-";',
      'APT::Sandbox::User "";',
    ].join("\n"),
  );
  apt(["-qq", "update"], kept, settings);
  apt(["-qq", "download", ...packages], kept, settings);
}

function apt(args, cwd = process.cwd(), settings = "") {
  const env = { ...process.env, ...(settings ? { APT_CONFIG: settings } : {}) };
  return execFileSync("apt-get", args, { cwd, env, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
}
