import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
import { isAlive } from "../platform/start-lock";

/**
 * Checks whether the process is a PostgreSQL server, of this data folder as far as the system tells. Process numbers come back,
 * above all in containers, so that a living process with the number in postmaster.pid proves nothing.
 */
export function isPostmaster(pid: number, folder: string): boolean {
  if (!isAlive(pid)) return false;
  if (process.platform === "linux") {
    try {
      const status = readFileSync(`/proc/${pid}/status`, "utf8");
      // A dead process whose parent has not reaped it (containers without an init) still has its number and its name.
      if (!/^Name:\s*postgres$/m.test(status) || /^State:\s*[ZX]/m.test(status)) return false;
    } catch {
      return false;
    }
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === folder;
    } catch {
      // Not ours to look at; its name has to do.
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
