import { realpathSync } from "node:fs";
import postgres from "postgres";

const presenceName = "atelier presence";
const graceMs = 2_000;
const askEveryMs = 50;

/**
 * Opens the presence connection, which every process keeps as long as it uses the server. The last process to leave
 * sees that there is no other. `undefined`: the server does not answer, or serves another folder. `onLost` is called
 * when the connection ends without a call of `leave`.
 */
export async function enter(url: string, folder: string, onLost: () => void): Promise<postgres.Sql | undefined> {
  let isIn = false;
  const presence = postgres(url, {
    max: 1,
    connect_timeout: 5,
    max_lifetime: null,
    onnotice: () => {},
    onclose: () => {
      if (isIn) onLost();
      isIn = false;
    },
    connection: { application_name: presenceName },
  });
  try {
    const [row] = await presence<{ data_directory: string }[]>`show data_directory`;
    if (row !== undefined && realpathSync(row.data_directory) === folder) {
      isIn = true;
      return presence;
    }
  } catch {
    // The server is starting or stopping, or another server has its port.
  }
  await presence.end({ timeout: 0 }).catch(() => undefined);
  return undefined;
}

/**
 * Closes the presence connection and returns whether it was the last: false at once if there is another one; otherwise
 * after up to 2 s for connections that are being closed. Also `false` when the server cannot be asked because it has
 * already stopped.
 */
export async function leave(presence: postgres.Sql): Promise<boolean> {
  const deadline = Date.now() + graceMs;
  let isLast = false;
  try {
    while (!isLast) {
      const [row] = await presence<{ others: number; presences: number }[]>`
        select count(*)::int as others, (count(*) filter (where application_name = ${presenceName}))::int as presences
        from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`;
      isLast = row?.others === 0;
      if ((row?.presences ?? 0) > 0 || Date.now() > deadline) break;
      if (!isLast) await new Promise((resolve) => setTimeout(resolve, askEveryMs));
    }
  } catch {
    isLast = false;
  }
  await presence.end({ timeout: 1 }).catch(() => undefined);
  return isLast;
}
