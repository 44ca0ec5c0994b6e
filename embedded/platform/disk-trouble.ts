/** Why a file cannot be written, by the system's error code. */
const troubles = new Map([
  ["ENOSPC", "its disk is full"],
  ["EDQUOT", "the quota of its disk is used up"],
  ["EROFS", "its disk is mounted read-only"],
  ["EACCES", "this user may not write there"],
  ["EPERM", "this user may not write there"],
]);

/** Returns the problem with the data folder, as a sentence; undefined: the error has another cause. */
export function diskTrouble(error: unknown): string | undefined {
  if (!(error instanceof Error && "code" in error && "syscall" in error)) return undefined;
  // The error of Node.js 20 when a full disk has no room for a folder.
  const isFolder = error.code === "ENOENT" && error.syscall === "mkdir";
  const trouble = isFolder ? "no folder can be made there" : troubles.get(String(error.code));
  return trouble && `DATA_DIR cannot be used: ${trouble}. (${error.message})`;
}
