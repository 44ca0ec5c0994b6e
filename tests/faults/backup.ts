import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { connect } from "@/db/connect";
import { startPostgres } from "@/embedded/postgres/postgres";
import { copyCluster } from "@/tests/support/copied-cluster";
import { checkAftermath } from "./aftermath";
import { pause } from "./database-faults";
import { startLoad } from "./load";
import type { Report } from "./report";
import type { Stage } from "./stage";

const run = promisify(execFile);

/**
 * Checks BM-01: the database is copied under load and restored as a separate server. There,
 * every promise holds, and everything that was acknowledged before the copy started exists.
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

async function copyDatabase(stage: Stage, target: string): Promise<void> {
  await copyCluster(stage.sql, path.join(stage.dataDir, "postgres"), path.join(target, "postgres"));
  await run("cp", ["-a", path.join(stage.dataDir, "postgres.json"), target]);
}
