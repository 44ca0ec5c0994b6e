// npm run usage:rebuild: computes the roll-ups and the counters of every workspace again from the ledger, and reports
// whether they were equal and whether each ledger matches its seals. With --check it changes nothing.
import path from "node:path";
import { connect } from "@/db/connect";
import { startPostgres } from "@/embedded/postgres/postgres";
import { loadEnvironmentFile } from "./environment";

loadEnvironmentFile(".env", process.env);
const repair = !process.argv.includes("--check");
const dataDir = path.resolve(process.env.DATA_DIR || ".data");
// If the application is already running on the embedded database, this uses the same server.
const embedded = process.env.DATABASE_URL ? null : await startPostgres({ dataDir });
const sql = connect(process.env.DATABASE_URL ?? embedded?.ownerUrl ?? "", { max: 1 });
let wrong = 0;
let rewritten = 0;
let count = 0;
try {
  const workspaces = await sql.begin(async (tx) => {
    await tx`select set_config('app.job', 'usage-rebuild', true)`;
    return tx<{ id: string; slug: string }[]>`select id, slug from workspaces order by slug`;
  });
  for (const { id, slug } of workspaces) {
    const [row] = await sql<{ n: number }[]>`select rebuild_usage(${id}, ${repair}) as n`;
    count += 1;
    const [chain] = await sql<{ flaw: string | null }[]>`select usage_chain_flaw(${id}) as flaw`;
    if (chain?.flaw) {
      rewritten += 1;
      console.log(`${slug}: the ledger is not as it was sealed: ${chain.flaw}`);
    }
    if (!row?.n) continue;
    wrong += 1;
    const differences = `${row.n} ${row.n === 1 ? "difference" : "differences"} from the ledger`;
    console.log(`${slug}: ${differences}${repair ? ", mended" : ""}`);
  }
} catch (error) {
  // The codes of a missing table, function or schema.
  if (!/^(42P01|42883|3F000)$/.test(String((error as { code?: unknown }).code))) throw error;
  console.error(
    "This database has none of Atelier's tables yet, or older ones. Start Atelier on it once, then run this again.",
  );
  process.exit(1);
} finally {
  await sql.end({ timeout: 1 });
  await embedded?.stop();
}
console.log(`${count - wrong} of ${count} workspaces were equal to their ledger.`);
if (rewritten > 0) console.log(`${rewritten} have a ledger that was changed. Nothing can repair that but a backup.`);
process.exitCode = wrong + rewritten > 0 ? 1 : 0;
