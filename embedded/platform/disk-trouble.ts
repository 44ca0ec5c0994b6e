/** Why a file cannot be written, by the code of the system. */
const troubles = new Map([
  ["ENOSPC", "its disk is full"],
  ["EDQUOT", "the quota of its disk is used up"],
  ["EROFS", "its disk is mounted read-only"],
  ["EACCES", "this user may not write there"],
  ["EPERM", "this user may not write there"],
]);

/** Returns what is wrong with the folder of the data, as a sentence; undefined: the error is about something else. */
export function diskTrouble(error: unknown): string | undefined {
  if (!(error instanceof Error && "code" in error && "syscall" in error)) return undefined;
  // What Node.js 20 says of a folder that a full disk has no room for.
  const isFolder = error.code === "ENOENT" && error.syscall === "mkdir";
  const trouble = isFolder ? "no folder can be made there" : troubles.get(String(error.code));
  return trouble && `DATA_DIR cannot be used: ${trouble}. (${error.message})`;
}
