import { connect } from "./connect";

const lookMs = 1_000;
/** Said again after so many looks. */
const repeatAfter = 30;

/**
 * Reports what a connection waits for while it waits for a lock: another instance that migrates, a backup, a forgotten
 * transaction. Looks once a second, over a connection of its own that is made at the first look.
 *
 * @param pid the waiting connection's process
 */
export function watchBlockers(url: string, pid: number, say: (sentence: string) => void): { stop(): void } {
  const client = connect(url, { max: 1, connection: { application_name: "atelier migrations, watching" } });
  let looks = 0;
  const look = async () => {
    const blockers = await client<{ pid: number; name: string }[]>`
      select pid, application_name as name from pg_stat_activity where pid = any (pg_blocking_pids(${pid})) limit 1`;
    const [first] = blockers;
    if (!first) return;
    if (looks % repeatAfter === 0)
      say(`The migration waits for a lock that another connection has: process ${first.pid}, "${first.name}".`);
    looks += 1;
  };
  // What it waits for is all it is for: that it cannot be told is no reason to stop.
  const timer = setInterval(() => void look().catch(() => {}), lookMs);
  return {
    stop() {
      clearInterval(timer);
      void client.end({ timeout: 1 }).catch(() => {});
    },
  };
}
