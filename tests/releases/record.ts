// npm run release:record: keeps what a database of this version is, for the tests of every later one. Its rows are those of
// the last record, brought up to date, and what tests/releases/VERSION.rows.sql adds to them for the tables that are new.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { readMigrationFiles } from "drizzle-orm/migrator";
import postgres from "postgres";
import { bookkeeping, migrate } from "@/db/migrate";
import { readSqlObjects } from "@/db/sql-objects";
import { startPostgres } from "@/embedded/postgres/postgres";
import { marks, readRecord, recordedReleases, recordOf } from "./records";

const { version } = JSON.parse(readFileSync("package.json", "utf8"));
const target = recordOf(version);
if (existsSync(target) && !process.argv.includes("--again")) {
  process.stderr.write(
    `${path.relative("", target)} is there. A version that has been released stays as it was; --again replaces it.\n`,
  );
  process.exit(1);
}

const dataDir = mkdtempSync(path.join(tmpdir(), "atelier-release-"));
const server = await startPostgres({ dataDir, settings: { fsync: "off" } });
const sql = postgres(server.superuserUrl.replace(/\/postgres$/, "/atelier"), { max: 1, onnotice: () => {} });
try {
  const last = recordedReleases().findLast((recorded) => recorded !== version);
  if (last) await sql.unsafe(readRecord(last));
  await migrate(server.ownerUrl);
  const added = target.replace(/\.sql\.gz$/, ".rows.sql");
  if (existsSync(added)) await sql.unsafe(readFileSync(added, "utf8"));
  const record = gzipSync(`${structure()}${await rows()}`, { level: 9 });
  writeFileSync(target, record);
  process.stdout.write(`${path.relative("", target)}: ${Math.ceil(record.length / 1000)} kB\n`);
} finally {
  await sql.end({ timeout: 1 });
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
}

/** Returns what this version does in an empty database. */
function structure(): string {
  const migrations = readMigrationFiles({ migrationsFolder: path.resolve("db/migrations") });
  return [
    `set role atelier_owner;\n${bookkeeping}\n`,
    ...migrations.map((migration) => `${marks.migration}${migration.sql.map(ended).join("")}`),
    ...readSqlObjects(path.resolve("db/sql")).map(({ text }) => ended(text)),
    "select make_ledger_partitions();\nreset role;\n",
  ].join("");
}

function ended(statement: string): string {
  return `${statement.trim().replace(/;$/, "")};\n`;
}

async function rows(): Promise<string> {
  const tables = await sql<{ name: string; columns: string }[]>`
    select c.oid::regclass::text as name, string_agg(quote_ident(attname), ', ' order by attnum) as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = ''
    where relnamespace in ('public'::regnamespace, 'drizzle'::regnamespace) and relkind in ('r', 'p') and not relispartition
    group by c.oid order by name`;
  let text = `${marks.rows}set session_replication_role = replica;\n`;
  for (const { name, columns } of tables) {
    const [all] = await sql.unsafe(`select jsonb_agg(to_jsonb(t) order by t::text)::text as rows from ${name} t`);
    if (all?.rows)
      text += `insert into ${name} (${columns}) select ${columns} from jsonb_populate_recordset(null::${name}, $rows$${all.rows}$rows$);\n`;
  }
  return `${text}set session_replication_role = origin;\n`;
}
