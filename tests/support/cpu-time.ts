/** What this process has computed so far, in milliseconds. Whoever else is busy on the machine does not count. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
