import path from "node:path";
import { startMailbox } from "@/embedded/mailbox/mailbox";
import { startPostgres } from "@/embedded/postgres/postgres";
import { loadSecrets } from "@/embedded/secrets/secrets";
import { startModelServer } from "./model-server-process";

/** A service that this process has started; `stop` never rejects. */
export type Service = { name: string; stop(): Promise<void> };

const isUnset = (value: string | undefined): boolean => value === undefined || value.trim() === "";

/**
 * Starts an embedded service for each one that `environment` does not configure, all at the same time, and writes
 * their addresses into `environment`. Each service is added to `started` as soon as it runs, in any order, even when
 * another one fails to start.
 */
export async function startMissingServices(
  environment: NodeJS.ProcessEnv,
  project: string,
  dataDir: string,
  started: Service[],
): Promise<void> {
  const setUnset = (name: string, value: string) => {
    if (isUnset(environment[name])) environment[name] = value;
  };
  // Only for an installation that keeps its data on this machine; several instances must share their secrets.
  const keepSecrets = async () => {
    // When both are set, no disk is needed.
    if (!isUnset(environment.AUTH_SECRET) && !isUnset(environment.KEY_PEPPER)) return;
    const secrets = await loadSecrets(dataDir);
    setUnset("AUTH_SECRET", secrets.AUTH_SECRET);
    setUnset("KEY_PEPPER", secrets.KEY_PEPPER);
  };
  const database = async () => {
    const server = await startPostgres({ dataDir, supervise: true });
    started.push({ name: "database", stop: () => server.stop() });
    environment.DATABASE_URL = server.ownerUrl;
    environment.DATABASE_APP_URL = server.appUrl;
    await keepSecrets();
    setUnset("APP_URL", `http://localhost:${environment.PORT}`);
  };
  const mail = async () => {
    const mailbox = await startMailbox({ dataDir });
    started.push({ name: "mailbox", stop: () => mailbox.stop() });
    environment.RESEND_API_KEY = "re_mailbox";
    environment.RESEND_BASE_URL = mailbox.url;
    environment.MAIL_FROM = "Atelier <atelier@localhost>";
    environment.MAILBOX_URL = mailbox.url;
  };
  const models = async () => {
    const program = path.join(project, "dist", "model-server.mjs");
    const server = await startModelServer(program, { ...environment, DATA_DIR: dataDir }, (sentence) =>
      console.error(sentence),
    );
    started.push({ name: "model server", stop: () => server.stop() });
    environment.MODEL_SERVER_URL = server.url;
  };
  const missing: Promise<void>[] = [];
  if (isUnset(environment.DATABASE_URL)) missing.push(database());
  else if (environment.KEEP_SECRETS === "true") missing.push(keepSecrets());
  const ways = [environment.RESEND_API_KEY, environment.SMTP_URL, environment.MAIL];
  if (ways.every(isUnset)) missing.push(mail());
  const modelServers = [environment.MODEL_SERVER_URL, environment.MODEL_SERVERS, environment.MODEL_SERVERS_FILE];
  if (modelServers.every(isUnset)) missing.push(models());
  // Waits for all of them, so that the caller never stops services while one is still starting.
  const failure = (await Promise.allSettled(missing)).find((result) => result.status === "rejected");
  if (failure !== undefined) throw failure.reason;
}

/** Stops services in the order of their dependencies: what others use is stopped last. */
export async function stopServices(started: Service[]): Promise<void> {
  for (const name of ["model server", "mailbox", "database"]) {
    const service = started.find((candidate) => candidate.name === name);
    await service?.stop().catch((error: unknown) => console.error(`The ${name} did not stop.`, error));
  }
}
