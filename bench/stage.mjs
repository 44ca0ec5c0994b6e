// The servers that the benchmarks measure: one PostgreSQL, the application, the floor and the other products. Each is started
// when a benchmark first needs it.
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { bundleScript } from "../scripts/bundle.mjs";
import { root } from "../scripts/setup.mjs";
import { request } from "./load.mjs";
import { freePort, peersDir, start } from "./processes.mjs";

/** The options of Node.js that `npm start` sets. */
export const startArgs = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"))
  .scripts.start.split(" ")
  .slice(1);

export async function openStage() {
  const dataDir = path.resolve(root, process.env.BENCH_DATA_DIR ?? ".data/bench");
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const port = await freePort();
  const secret = () => randomBytes(32).toString("base64url");
  const home = `http://127.0.0.1:${port}`;
  const configuration = {
    HOST: "127.0.0.1",
    APP_URL: home,
    AUTH_SECRET: secret(),
    KEY_PEPPER: secret(),
    NODE_ENV: "production",
  };
  // For the bundled parts of the project in this process; the servers get their environment from `configuration`.
  const unused = {
    DATABASE_URL: "postgres://unused",
    RESEND_API_KEY: "unused",
    MAIL_FROM: "a@localhost",
    MODEL_SERVER_URL: "http://unused",
  };
  Object.assign(process.env, unused, configuration);
  const world = await import(pathToFileURL(path.join(root, await bundleScript("bench/world.ts"))).href);
  world.readConfiguration();
  for (const name of Object.keys(unused)) delete process.env[name];
  const database = await world.startDatabase(dataDir);

  const running = new Map();
  const once = (name, open) => {
    if (!running.has(name)) running.set(name, open());
    return running.get(name);
  };
  const application = async (name, port, env = {}) =>
    start({
      args: startArgs,
      port,
      path: "/api/health/ready",
      profileTo: path.join(dataDir, `${name}.cpuprofile`),
      env: { ...configuration, ...database.urls, DATA_DIR: path.join(dataDir, name), ...env },
    });
  const peer = async (file, env) =>
    start({ args: [file], cwd: peersDir, env, port: await freePort(), path: env.PROBE });
  return {
    dataDir,
    home,
    host: new URL(home).host,
    sql: database.sql,
    world,
    /** The application, as `npm start` runs it, on the shared database. */
    app: () => once("app", () => application("app", port)),
    /** Another instance of the application, on the same database. */
    secondApp: () => once("second", async () => application("second", await freePort())),
    /** An instance with its own, empty database. */
    appAlone: async (name) => {
      const { urls, sql } = await database.empty(`alone_${name}`);
      const app = await once(name, async () => application(name, await freePort(), urls));
      return { app, sql };
    },
    /** A separate instance in front of a model server, with a price for every model. */
    gateway: async (modelServer, name = "gateway", env = {}) =>
      application(name, await freePort(), {
        ...env,
        MODEL_SERVER_URL: modelServer,
        PRICES: JSON.stringify([{ model: "*", input: "1", output: "2" }]),
      }),
    /** The database's URL, for a benchmark that sends its own queries. */
    urls: database.urls,
    /** The floor, with its tables filled; undefined without the peers. */
    floor: () =>
      peersDir &&
      once("floor", async () => {
        const env = { DATABASE_URL: await database.other("floor"), PROBE: "/hello" };
        const seed = await import("node:child_process").then(({ spawnSync }) =>
          spawnSync(process.execPath, ["floor.mjs", "--seed"], { cwd: peersDir, env: { ...process.env, ...env } }),
        );
        if (seed.status !== 0) throw new Error("the floor's tables could not be filled");
        return peer("floor.mjs", env);
      }),
    /**
     * The minimum work of the `/v1` door, on bare node:http. With `asks`, each new key is looked up in the database; with `forwards`,
     * a call is sent to the port `upstream` for a key of a workspace.
     */
    bareDoor: ({ asks = false, forwards, more = {} } = {}) =>
      once("bare door", async () => {
        const env = {
          ...(asks || forwards ? database.urls : {}),
          ...(asks ? { ASKS: "1" } : {}),
          ...(forwards ? { FORWARDS: JSON.stringify(forwards) } : {}),
          ...more,
        };
        return start({ args: ["bench/bare-door.mjs"], env, port: await freePort(), path: "/" });
      }),
    /** better-auth, with the answer of its /seed; `mode` is "memory" or "default". */
    betterAuth: (mode) =>
      peersDir &&
      once(`better-auth ${mode}`, async () => {
        const env = { DATABASE_URL: await database.other(`better_auth_${mode}`), PROBE: "/api/auth/ok", MODE: mode };
        const server = await peer("better-auth.mjs", env);
        const seed = await (await fetch(`http://127.0.0.1:${server.port}/seed`)).json();
        return { ...server, seed, origin: `http://127.0.0.1:${server.port}` };
      }),
    /** Stops the servers that were started, so that nothing else runs during the next benchmark. */
    async clear() {
      for (const [name, opened] of running) {
        running.delete(name);
        await (await opened).stop();
      }
    },
    async close() {
      await this.clear();
      await database.stop();
    },
  };
}

/** Returns the request for a person's page, or for a procedure that is called with GET. */
export const page = (stage, who, path) => request("GET", path, { host: stage.host, cookie: who.cookie });

/** Returns the request that calls a procedure which changes data. */
export const call = (stage, who, procedure, input) =>
  request("POST", `/api/trpc/${procedure}`, { host: stage.host, origin: stage.home, cookie: who.cookie }, input);
