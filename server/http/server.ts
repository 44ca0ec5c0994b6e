import http from "node:http";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import createNext from "next";
import { disconnect } from "@/db/client";
import { migrate } from "@/db/migrate";
import { watchStandby } from "@/db/watch-standby";
import { addGauges } from "@/server/composition/gauges";
import { startJobs } from "@/server/composition/jobs";
import { answerProcedure } from "@/server/composition/over-http";
import { answerProgram } from "@/server/gateway/app";
import { endCalls } from "@/server/gateway/calls/call";
import { currentVersion } from "@/server/instance/overview/version";
import { loadMailRoute, watchMailRoute } from "@/server/mail/route/current";
import { loadAppearance, watchAppearance } from "@/server/membership/instance/appearance";
import { watchModelServers } from "@/server/model-servers/health";
import { loadProviders, watchProviders } from "@/server/model-servers/registry";
import { loadBaseRetirements, watchBaseRetirements } from "@/server/models/base-retirement/kept";
import { watchAnnouncements } from "@/server/platform/announcements/announcements";
import { type Env, env } from "@/server/platform/env";
import { plainFormats, withFormats } from "@/server/platform/formats";
import { log } from "@/server/platform/log";
import { logConsole } from "@/server/platform/log-console";
import { startMeasuring } from "@/server/platform/metrics";
import { honourProxies } from "@/server/platform/outgoing";
import { tracer, traceTo } from "@/server/platform/tracing/tracing";
import { playground } from "@/server/playground/http";
import { metering } from "@/server/usage/metering";
import { loadPrices, watchPrices } from "@/server/usage/price-list/price-list";
import { checkDatabase } from "./check-database";
import { answer, front, type Handler } from "./front";
import { listenForMetrics } from "./metrics";
import { traceRequests } from "./trace-requests";
import { cutUnread } from "./unread";

/**
 * Starts the process: checks the configuration, migrates, starts the jobs, and listens. `/v1` goes to the gateway,
 * `/api/trpc` to the procedures, `/api/playground` to the models, files to their store, everything else to Next.
 *
 * @returns the public URL, and a function that stops in order: new requests, the jobs, the database
 * @throws EnvError, ConnectionStringError, MigrationError, PoolerError, PepperError: each with a sentence that says
 * what to do
 */
export async function start({ dev }: { dev: boolean }): Promise<{ url: string; close(): Promise<void> }> {
  const config = env();
  // In development a person reads the log, not a machine.
  if (!dev) logConsole();
  await honourProxies();
  await startTracing(config);
  await migrate(config.DATABASE_URL, (sentence) => log.warn(sentence));
  await checkDatabase();
  const hasPages = config.ROLE !== "gateway";
  // Only procedures read from the standby.
  const standby = hasPages ? watchStandby() : null;
  await Promise.all([loadProviders(), loadPrices(), loadBaseRetirements(), loadAppearance(), loadMailRoute()]);
  // Longer than proxies and clients keep an idle connection: if this server closed first, a request on its way would
  // meet a closed connection.
  const server = http.createServer({
    keepAliveTimeout: 65_000,
    requestTimeout: longestUploadMs,
    // Two keys in one request are both ignored; by default Node would take the first.
    joinDuplicateHeaders: true,
  });
  cutUnread(server, config.UPSTREAM_IDLE_MS);
  // For a request that asks for another protocol, Next listens at the server that it is given: from then on Node would hand such a request to Next
  // alone, past the front, and nothing would end its connection. Only while it is developed is there one, for changes of the code.
  const httpServer = dev ? server : http.createServer();
  const next = hasPages
    ? createNext({ dev, dir: process.cwd(), hostname: config.HOST, port: config.PORT, httpServer })
    : null;
  await next?.prepare();
  const notHere: Handler = (_, response) => answer(response, 404, "Not here.");
  const handlers = {
    pages: next ? inFormats(next.getRequestHandler()) : notHere,
    procedures: hasPages
      ? getRequestListener((request, bindings) => answerProcedure(request, bindings as HttpBindings))
      : notHere,
    playground: hasPages
      ? getRequestListener((request, bindings) => playground.fetch(request, bindings as HttpBindings))
      : notHere,
    programs: config.ROLE === "web" ? notHere : answerProgram,
  };

  server.on("request", traceRequests(front(config, dev, handlers)));
  if (config.metrics) {
    startMeasuring();
    addGauges();
  }
  await listen(server, config);
  const endMetrics = await listenForMetrics(config.metrics, config.HOST);
  const jobs = [
    ...(hasPages ? startJobs(config) : []),
    ...(standby ? [standby] : []),
    watchAnnouncements(),
    watchProviders(),
    watchPrices(),
    watchBaseRetirements(),
    watchAppearance(),
    watchMailRoute(),
    watchModelServers(),
    metering(),
  ];
  return {
    url: config.APP_URL,
    async close() {
      await closeServer(server);
      await Promise.all(jobs.map((job) => job.stop()));
      await next?.close();
      endMetrics?.();
      await disconnect();
      await tracer()?.stop();
      traceTo(undefined);
    },
  };
}

/** Sends spans to a collector if one is configured; otherwise the tracing library is not loaded. */
async function startTracing({ tracing, ROLE }: Env): Promise<void> {
  if (!tracing) return;
  const { exportingTracer } = await import("@/server/platform/tracing/exporting");
  traceTo(exportingTracer(tracing, { version: currentVersion().version, role: ROLE }));
}

/** Gives each request its own formats, which are plain until the person is known. */
const inFormats =
  (handler: Handler): Handler =>
  (request, response) =>
    withFormats({ ...plainFormats }, () => handler(request, response));

/** An upload may take an hour, plus a few minutes to begin and end. */
const longestUploadMs = 65 * 60_000;

function listen(server: http.Server, { PORT, HOST }: Env): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(PORT, HOST, () => resolve());
  });
}

/**
 * How many milliseconds requests under way may take to finish, and how long they may then take to report that they were
 * ended.
 */
const finishMs = 5_000;
const sayMs = 1_000;

/**
 * Stops accepting requests and lets those under way finish for up to 5 seconds. Then it ends calls that models still
 * work on, which tells their clients so, and closes all other connections a second later.
 */
function closeServer(server: http.Server): Promise<void> {
  return new Promise((resolve) => {
    let timer = setTimeout(() => {
      endCalls();
      timer = setTimeout(() => server.closeAllConnections(), sayMs);
    }, finishMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
