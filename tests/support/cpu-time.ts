/** Returns the CPU time that this process has used, in milliseconds. Other processes of the machine do not count. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
