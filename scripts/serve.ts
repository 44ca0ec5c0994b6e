// Starts an installation: the services that are not configured, then the application. Stops all of it again.
import { mkdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseConnectionString, placeOf } from "@/db/connection-string";
import { diskTrouble } from "@/embedded/platform/disk-trouble";
import { StartError } from "@/embedded/platform/start-error";
import { loadCompiled } from "./compiled";
import { loadEnvironmentFile } from "./environment";
import { type Service, startMissingServices, stopServices } from "./services";

// The project's folder, which is the parent both of scripts/ and of dist/, where this file is bundled.
const project = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const dev = process.argv.includes("--dev");
const stopWithinMs = 10_000;
/**
 * When a terminal sends a signal to all processes, npm forwards it a second time. A second signal within this time is
 * that copy and not another Ctrl C, in milliseconds.
 */
const echoMs = 1_000;
const parentCheckMs = 250;

const services: Service[] = [];
let application: { url: string; close(): Promise<void> } | undefined;
let starting: Promise<void> | undefined;
let stoppingSince: number | undefined;

process.chdir(project);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal);
watchNpm();
starting = start();
starting.catch(async (error: unknown) => {
  if (stoppingSince !== undefined) return;
  stoppingSince = Date.now();
  console.error(explain(error));
  await stopAll();
  process.exit(1);
});

async function start(): Promise<void> {
  loadEnvironmentFile(path.join(project, ".env"), process.env);
  process.env.PORT ||= "3000";
  // A person who tries Atelier in a terminal wants to see problems, not every request.
  if (process.stderr.isTTY && !dev) process.env.LOG_LEVEL ||= "warn";
  const dataDir = path.resolve(project, process.env.DATA_DIR || ".data");
  process.env.DATA_DIR = dataDir;
  makeDataDir(dataDir);

  if (process.argv.includes("--migrate")) return onlyMigrate();
  const keepCompiled = dev ? undefined : loadCompiled(dataDir, path.join(project, ".next", "atelier-build"));
  await startMissingServices(process.env, project, dataDir, services);
  if (stoppingSince !== undefined) return;
  // Imported only now, because the application reads the environment when it is loaded.
  const { start: startApplication } = await import("@/server/http/server");
  const running = await startApplication({ dev });
  application = running;
  if (stoppingSince === undefined) greet(running.url, dataDir);
  keepCompiled?.();
}

function makeDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new StartError(`DATA_DIR cannot be made. It has to be a folder that this user may write to: ${dataDir}`, {
      cause,
    });
  }
}

/**
 * Migrates the database of DATABASE_URL and ends. It is for upgrades that migrate before the first new instance
 * starts.
 */
async function onlyMigrate(): Promise<void> {
  const { DATABASE_URL } = process.env;
  if (!DATABASE_URL?.trim()) {
    console.error("DATABASE_URL is not set: there is no database to migrate.");
    process.exit(1);
  }
  const { migrate } = await import("@/db/migrate");
  await migrate(DATABASE_URL, (sentence) => console.error(sentence));
  console.log("The database is up to date.");
  process.exit(0);
}

function greet(url: string, dataDir: string): void {
  const isEmbedded = (name: string) => services.some((service) => service.name === name);
  const home = process.env.APP_URL ?? url;
  const { MODEL_SERVER_URL } = process.env;
  const models = MODEL_SERVER_URL ? new URL(MODEL_SERVER_URL).origin : "the model servers of your configuration";
  const lines = [
    ["Open", home],
    ["Mail", isEmbedded("mailbox") ? `${home.replace(/\/$/, "")}/dev/mailbox (not sent, kept here)` : mailRoute()],
    ["Models", isEmbedded("model server") ? "the small model server that comes with Atelier" : models],
    [
      "Data",
      isEmbedded("database")
        ? dataDir
        : `the PostgreSQL at ${placeOf(parseConnectionString(process.env.DATABASE_URL ?? ""))}`,
    ],
    ["Stop", "Ctrl C"],
  ];
  const shown = lines.map(([name, text]) => `  ${(name ?? "").padEnd(8)}${text}`);
  console.log(`\n  Atelier is running${dev ? " for development" : ""}.\n\n${shown.join("\n")}\n`);
}

function mailRoute(): string {
  const { SMTP_URL, MAIL } = process.env;
  if (MAIL?.trim()) return "sent as operators set it under Instance settings";
  return SMTP_URL?.trim() ? `sent through ${new URL(SMTP_URL).host}` : "sent by Resend";
}

/** Errors whose message is a sentence that says what to do. */
const explained = new Set(["EnvError", "ConnectionStringError", "MigrationError", "PepperError", "PoolerError"]);

function explain(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (explained.has(error.name)) return error.message;
  if (error.name === "StartError") {
    return error.cause instanceof Error ? `${error.message}\n${error.cause.message}` : error.message;
  }
  if ("code" in error && error.code === "EADDRINUSE") {
    return `Port ${process.env.PORT} is in use by another program. Stop that one, or choose another port: PORT=3001 npm start`;
  }
  return diskTrouble(error) ?? error;
}

function onSignal(): void {
  if (stoppingSince !== undefined) {
    if (Date.now() - stoppingSince > echoMs) process.exit(1);
    return;
  }
  stoppingSince = Date.now();
  setTimeout(() => {
    console.error("Not everything stopped within 10 s.");
    process.exit(1);
  }, stopWithinMs).unref();
  void stopAll().then(() => process.exit(0));
}

async function stopAll(): Promise<void> {
  // A service that is still starting can only be stopped once it has started.
  await starting?.catch(() => undefined);
  await application?.close().catch((error: unknown) => console.error("The web server did not stop.", error));
  await stopServices(services);
}

/** Stops when npm has ended: a shell between npm and this process may not forward npm's signal. */
function watchNpm(): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent && stoppingSince === undefined) onSignal();
  }, parentCheckMs).unref();
}
