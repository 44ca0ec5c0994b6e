import { execFile } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import type postgres from "postgres";

const run = promisify(execFile);

/**
 * Copies the data folder of a running server with PostgreSQL's low-level backup:
 * https://www.postgresql.org/docs/18/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP
 *
 * @param sql a connection as the superuser
 */
export async function copyCluster(sql: postgres.Sql, from: string, to: string): Promise<void> {
  // The backup must begin and end on the same connection.
  const session = await sql.reserve();
  try {
    await session`select pg_backup_start('copy', true)`;
    // cp reports files that are deleted while it copies; recovery restores them from the write-ahead log.
    await run("cp", ["-a", from, to]).catch(() => {});
    const [stopped] = await session`select labelfile from pg_backup_stop(false)`;
    await Promise.all(
      ["postmaster.pid", "postmaster.opts", "pg_wal"].map((name) =>
        rm(path.join(to, name), { recursive: true, force: true }),
      ),
    );
    await run("cp", ["-a", path.join(from, "pg_wal"), path.join(to, "pg_wal")]);
    await addFile(to, "backup_label", stopped?.labelfile);
  } finally {
    session.release();
  }
}

/**
 * Adds a file to a data folder. It is made from a copy of an existing file, so that it belongs to the account that
 * the server runs as.
 */
export async function addFile(folder: string, name: string, text: string): Promise<void> {
  await run("cp", ["-a", path.join(folder, "PG_VERSION"), path.join(folder, name)]);
  await writeFile(path.join(folder, name), text);
}
