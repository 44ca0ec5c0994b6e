import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
import { isAlive } from "../platform/start-lock";

/**
 * Checks whether the process is a PostgreSQL server, on this data folder as far as the system shows it. Process numbers
 * are used again, above all in containers, so a living process with the number in postmaster.pid proves nothing.
 */
export function isPostmaster(pid: number, folder: string): boolean {
  if (!isAlive(pid)) return false;
  if (process.platform === "linux") {
    try {
      const status = readFileSync(`/proc/${pid}/status`, "utf8");
      // A zombie process (in containers without an init) still has its number and its name.
      if (!/^Name:\s*postgres$/m.test(status) || /^State:\s*[ZX]/m.test(status)) return false;
    } catch {
      return false;
    }
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === folder;
    } catch {
      // The process belongs to another account, so only its name can be checked.
      return true;
    }
  }
  if (process.platform === "win32") return true;
  try {
    const name = execFileSync("ps", ["-o", "comm=", "-p", String(pid)], { stdio: ["ignore", "pipe", "ignore"] });
    return name.toString().includes("postgres");
  } catch {
    return false;
  }
}
