import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type postgres from "postgres";
import { connect } from "@/db/connect";
import { migrate } from "@/db/migrate";
import { freePort } from "@/embedded/platform/free-port";
import { chooseAccount } from "@/embedded/postgres/account";
import { locateBinaries, runBinary } from "@/embedded/postgres/binaries";
import { startPostgres } from "@/embedded/postgres/postgres";
import { type Instance, makeInstance } from "./instance";
import { type Models, type Provider, startModels, startProvider } from "./provider";

/** Everything that a fault test needs: the instances, their shared database, the functions that break it, and the mail provider. */
export type Stage = {
  appUrl: string;
  /** The folder of the database and its credentials, as in `DATA_DIR`. */
  dataDir: string;
  instances: [Instance, Instance];
  /** A third one on the same database, not started. */
  spare: Instance;
  /** Instances of this release at the ports of `instances`, not started. */
  successors: [Instance, Instance];
  /** The environment of the instances. */
  environment: Record<string, string>;
  provider: Provider;
  models: Models;
  /** A superuser's connection. It reconnects after the faults. */
  sql: postgres.Sql;
  /** Stops the database with `-m immediate`, which ends all backends immediately. Restarts it after `awayMs`; it recovers from its log. */
  restartPostgres(awayMs: number): Promise<void>;
  /** Returns PostgreSQL's log entries about deadlocks: which statements waited for each other. */
  deadlocks(): string[];
  close(): Promise<void>;
};

// The operating system keeps running, so PostgreSQL's written data survives its crash without fsync.
const settings = { fsync: "off", full_page_writes: "off", max_connections: "100" };

/**
 * Starts all of it. This process gets the environment of the instances, because it needs their secrets to open sealed data.
 *
 * @param older the folder of another, built release: it migrates the database, and the instances run it
 */
export async function setStage({ older }: { older?: string } = {}): Promise<Stage> {
  const dataDir = mkdtempSync(path.join(tmpdir(), "atelier-faults-"));
  const server = await startPostgres({ dataDir, settings });
  if (older === undefined) await migrate(server.ownerUrl);
  const [provider, models] = await Promise.all([startProvider(), startModels()]);
  const ports = [await freePort(), await freePort(), await freePort()] as const;
  const environment = {
    NODE_ENV: "production",
    APP_URL: `http://localhost:${ports[0]}`,
    DATABASE_URL: server.ownerUrl,
    DATABASE_APP_URL: server.appUrl,
    AUTH_SECRET: randomBytes(32).toString("base64url"),
    KEY_PEPPER: randomBytes(32).toString("base64url"),
    RESEND_API_KEY: "re_faults",
    RESEND_BASE_URL: provider.url,
    MAIL_FROM: "Atelier <atelier@localhost>",
    MODEL_SERVER_URL: models.url,
    PRICES: JSON.stringify([{ model: "*", input: "1", output: "2" }]),
    LOG_LEVEL: "error",
    DATA_DIR: path.join(dataDir, "instances"),
  };
  Object.assign(process.env, environment);
  const [first, second, spare] = ports.map((port, index) =>
    makeInstance(`instance ${index + 1}`, port, environment, older),
  ) as [Instance, Instance, Instance];
  const successors = ports
    .slice(0, 2)
    .map((port, index) => makeInstance(`instance ${index + 1}`, port, environment)) as Stage["successors"];
  const sql = connect(server.superuserUrl.replace(/\/postgres$/, "/atelier"), {
    max: 4,
    onnotice: () => {},
    connection: { application_name: "faults" },
  });
  const folder = path.join(dataDir, "postgres");
  const binaries = locateBinaries();
  const account = chooseAccount(folder, [dataDir, path.dirname(binaries.initdb)]);
  const control = (...args: string[]) => runBinary(account, binaries.pgCtl, [...args, "-D", folder, "-w"], "ignore");
  const stage: Stage = {
    appUrl: environment.APP_URL,
    dataDir,
    instances: [first, second],
    ...{ spare, successors, environment },
    provider,
    models,
    sql,
    async restartPostgres(awayMs) {
      await control("stop", "-m", "immediate");
      await new Promise((resolve) => setTimeout(resolve, awayMs));
      await control("start", "-t", "30", "-l", path.join(dataDir, "postgres.log"));
    },
    deadlocks: () =>
      readFileSync(path.join(dataDir, "postgres.log"), "utf8").match(
        /deadlock detected[\s\S]*?(?=\n\S*-\S* \S* UTC.*HINT)/g,
      ) ?? [],
    async close() {
      await Promise.all([first, second, spare, ...successors].map((instance) => instance.kill()));
      await sql.end({ timeout: 1 });
      await server.stop().catch(() => {});
      await control("stop", "-m", "immediate").catch(() => {});
      provider.close();
      models.close();
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  try {
    await first.start();
    await second.start();
  } catch (error) {
    await stage.close();
    throw error;
  }
  return stage;
}
