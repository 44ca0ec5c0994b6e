// Installs Debian packages for the tests, if apt-get is available and permitted.
import { spawn } from "node:child_process";

/**
 * Installs packages after refreshing the package lists. Alternatives are tried in order.
 *
 * @param {string[][]} alternatives each a set of packages that is enough by itself
 * @param {(title: string, command: [string, string[]], options: object) => Promise<boolean>} run runs one command
 * @returns {Promise<boolean>} whether one set was installed
 */
export async function installByApt(alternatives, run = runQuietly) {
  const apt = (...args) => {
    const isRoot = process.getuid?.() === 0;
    const [command, ...rest] = [...(isRoot ? [] : ["sudo", "-n"]), "apt-get", "-qq", ...args];
    return run(`apt-get ${args[0]}`, [command, rest], { env: { DEBIAN_FRONTEND: "noninteractive" }, aside: true });
  };
  if (!(await apt("update"))) return false;
  for (const names of alternatives)
    if (await apt("install", "-y", "--no-install-recommends", "--no-remove", ...names)) return true;
  return false;
}

function runQuietly(title, [command, args], { env }) {
  console.log(`— ${title}`);
  return new Promise((resolve) => {
    spawn(command, args, { stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, ...env } })
      .once("error", () => resolve(false))
      .once("close", (code) => resolve(code === 0));
  });
}
