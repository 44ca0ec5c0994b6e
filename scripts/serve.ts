// Puts the whole together: starts what is not configured, then the application, and stops all of it again.
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import module from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseConnectionString, placeOf } from "@/db/connection-string";
import { StartError } from "@/embedded/platform/start-error";
import { loadEnvironmentFile } from "./environment";
import { type Service, startMissingServices, stopServices } from "./services";

// The same from scripts/ and, bundled, from dist/.
const project = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const dev = process.argv.includes("--dev");
const stopWithinMs = 10_000;
/** npm forwards a signal that the terminal has already sent to all processes: the copy is no second Ctrl C. */
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
  // A person who tries it out in a terminal wants to see what is wrong, not every request.
  if (process.stderr.isTTY && !dev) process.env.LOG_LEVEL ||= "warn";
  const dataDir = path.resolve(project, process.env.DATA_DIR || ".data");
  process.env.DATA_DIR = dataDir;
  makeDataDir(dataDir);

  if (process.argv.includes("--migrate")) return onlyMigrate();
  const keepCompiled = dev ? undefined : loadCompiled(dataDir);
  await startMissingServices(process.env, project, dataDir, services);
  if (stoppingSince !== undefined) return;
  // Only now: what it loads reads the environment.
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

/** What newer versions of Node.js have: the code of modules as it was compiled by a former start. */
type CompileCache = { enableCompileCache?: (folder: string) => unknown; flushCompileCache?: () => void };

/**
 * Has the modules that are loaded from now on come as they were compiled at a former start of this build, where Node.js can do that: compiling is a third
 * of a start. Without room for it, or without a former start, they are compiled.
 *
 * @returns keeps what was compiled by then
 */
function loadCompiled(dataDir: string): (() => void) | undefined {
  const { enableCompileCache, flushCompileCache } = module as CompileCache;
  if (!enableCompileCache || !flushCompileCache) return undefined;
  try {
    const build = readFileSync(path.join(project, ".next", "atelier-build"), "utf8")
      .trim()
      .slice(0, 16);
    const folder = path.join(dataDir, "compiled");
    mkdirSync(folder, { recursive: true });
    for (const other of readdirSync(folder).filter((name) => name !== build))
      rmSync(path.join(folder, other), { recursive: true, force: true });
    enableCompileCache(path.join(folder, build));
    return () => setImmediate(flushCompileCache);
  } catch {
    return undefined;
  }
}

/** Brings the database of DATABASE_URL up to date and ends: for whatever upgrades it before the first new instance starts. */
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

/** Why a file cannot be written, by the code of the system. */
const diskTroubles = new Map([
  ["ENOSPC", "its disk is full"],
  ["EDQUOT", "the quota of its disk is used up"],
  ["EROFS", "its disk is mounted read-only"],
  ["EACCES", "this user may not write there"],
  ["EPERM", "this user may not write there"],
]);

function explain(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (explained.has(error.name)) return error.message;
  if (error.name === "StartError") {
    return error.cause instanceof Error ? `${error.message}\n${error.cause.message}` : error.message;
  }
  if ("code" in error && error.code === "EADDRINUSE") {
    return `Port ${process.env.PORT} is in use by another program. Stop that one, or choose another port: PORT=3001 npm start`;
  }
  const trouble = "code" in error && "syscall" in error && diskTroubles.get(String(error.code));
  if (trouble) return `DATA_DIR cannot be used: ${trouble}. (${error.message})`;
  return error;
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
  // What is being started has to be there before it can be stopped.
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
