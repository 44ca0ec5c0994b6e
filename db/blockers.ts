import { connect } from "./connect";

const lookMs = 1_000;
/** A blocker is reported again after this many looks. */
const repeatAfter = 30;

/**
 * Reports which other session a connection waits for when it waits for a lock: another instance that migrates, a
 * backup, or a forgotten transaction. Looks once a second, over a connection of its own that is opened for the first
 * look.
 *
 * @param pid the process number of the waiting connection
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
  // The report is only information; when it fails, the migration goes on.
  const timer = setInterval(() => void look().catch(() => {}), lookMs);
  return {
    stop() {
      clearInterval(timer);
      void client.end({ timeout: 1 }).catch(() => {});
    },
  };
}
