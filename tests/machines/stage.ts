import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { migrate } from "@/db/migrate";
import { freePort } from "@/embedded/platform/free-port";
import { type Instance, makeInstance } from "../faults/instance";
import type { Served } from "../faults/load";
import { startModels, startProvider } from "../faults/provider";
import { type Replicated, startWithStandby } from "../support/standby";
import { type Front, startFront } from "./front";
import { type Pooler, startPooler } from "./pooler";

/** A large installation on the ports of one machine. */
export type Machines = {
  servers: Replicated;
  pooler: Pooler;
  pages: Instance[];
  programs: Instance[];
  front: Front;
  /** As the load sees it: the balancer alone. */
  served: Served;
  close(): Promise<void>;
};

/** Starts it as `docs/operating.md` says: migrations and LISTEN go straight to the server, the application through the pooler. */
export async function setMachines(): Promise<Machines> {
  const folder = mkdtempSync(path.join(tmpdir(), "atelier-machines-"));
  const servers = await startWithStandby();
  const { sql, primary } = servers;
  await migrate(primary.ownerUrl);
  // What the pooler does not pass on is said to the login.
  for (const [name, value] of [
    ...[["statement_timeout", "15s"] as const, ["lock_timeout", "5s"] as const],
    ...[["idle_in_transaction_session_timeout", "30s"] as const, ["max_parallel_workers_per_gather", "0"] as const],
  ])
    await sql.unsafe(`alter role atelier_app set ${name} = '${value}'`);
  await servers.caughtUp();
  const [pooler, mails, models] = await Promise.all([startPooler(primary.appUrl), startProvider(), startModels()]);
  const frontPort = await freePort();
  const environment = {
    NODE_ENV: "production",
    APP_URL: `http://localhost:${frontPort}`,
    DATABASE_URL: primary.ownerUrl,
    DATABASE_APP_URL: pooler.url,
    DATABASE_READ_URL: servers.standbyUrl,
    DATABASE_POOL: "8",
    AUTH_SECRET: randomBytes(32).toString("base64url"),
    KEY_PEPPER: randomBytes(32).toString("base64url"),
    RESEND_API_KEY: "re_machines",
    RESEND_BASE_URL: mails.url,
    MAIL_FROM: "Atelier <atelier@localhost>",
    MODEL_SERVER_URL: models.url,
    PRICES: JSON.stringify([{ model: "*", input: "1", output: "2" }]),
    LOG_LEVEL: "error",
  };
  Object.assign(process.env, environment);
  const make = async (name: string, role: "web" | "gateway") =>
    makeInstance(name, await freePort(), { ...environment, ROLE: role, DATA_DIR: path.join(folder, name) });
  const pages = [await make("pages 1", "web"), await make("pages 2", "web")];
  const programs = [await make("gateway 1", "gateway"), await make("gateway 2", "gateway")];
  programs.push(await make("gateway 3", "gateway"));
  const front = await startFront(pages, programs);
  const machines: Machines = {
    ...{ servers, pooler, pages, programs, front },
    served: { appUrl: environment.APP_URL, instances: [front, front], sql },
    async close() {
      await front.close();
      await Promise.all([...pages, ...programs].map((instance) => instance.kill()));
      await pooler.close();
      mails.close();
      models.close();
      await servers.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  try {
    for (const instance of [...pages, ...programs]) await instance.start();
    return machines;
  } catch (error) {
    await machines.close();
    throw error;
  }
}
