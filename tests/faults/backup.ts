import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { connect } from "@/db/connect";
import { startPostgres } from "@/embedded/postgres/postgres";
import { checkAftermath } from "./aftermath";
import { pause } from "./database-faults";
import { startLoad } from "./load";
import type { Report } from "./report";
import type { Stage } from "./stage";

const run = promisify(execFile);

/**
 * BM-01: the database is copied while people work, and restored as a server of its own, in
 * which every promise holds, and what was acknowledged before the copy was begun is there.
 */
export async function restoreWhatIsCopiedUnderLoad(report: Report, stage: Stage): Promise<void> {
  const target = mkdtempSync(path.join(tmpdir(), "atelier-restored-"));
  const load = await startLoad(stage);
  await pause(1_500);
  const before = [...load.done];
  await copyDatabase(stage, target);
  await pause(500);
  await load.stop();
  const server = await startPostgres({ dataDir: target });
  const sql = connect(server.superuserUrl.replace(/\/postgres$/, "/atelier"), { max: 2, onnotice: () => {} });
  try {
    const restored = { ...stage, sql, instances: [] as unknown as Stage["instances"] };
    await checkAftermath(report, restored, "BM-01 restored", { ...load, done: before });
  } finally {
    await sql.end({ timeout: 1 });
    await server.stop();
    rmSync(target, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** PostgreSQL's low-level backup: https://www.postgresql.org/docs/18/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP */
async function copyDatabase(stage: Stage, target: string): Promise<void> {
  const [from, to] = [path.join(stage.dataDir, "postgres"), path.join(target, "postgres")];
  // Its beginning and its end belong to one connection.
  const session = await stage.sql.reserve();
  try {
    await session`select pg_backup_start('copy', true)`;
    // What is deleted while it is being copied, cp complains of, and the log makes up for.
    await run("cp", ["-a", from, to]).catch(() => {});
    const [stopped] = await session`select labelfile from pg_backup_stop(false)`;
    await Promise.all(
      ["postmaster.pid", "postmaster.opts", "pg_wal"].map((name) =>
        rm(path.join(to, name), { recursive: true, force: true }),
      ),
    );
    await run("cp", ["-a", path.join(from, "pg_wal"), path.join(to, "pg_wal")]);
    // Made from a copy, so that it belongs to the account that the server runs as.
    await run("cp", ["-a", path.join(to, "PG_VERSION"), path.join(to, "backup_label")]);
    await writeFile(path.join(to, "backup_label"), stopped?.labelfile);
    await run("cp", ["-a", path.join(stage.dataDir, "postgres.json"), target]);
  } finally {
    session.release();
  }
}
