import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort } from "@/embedded/platform/free-port";
import { chooseAccount } from "@/embedded/postgres/account";

/** A PgBouncer in transaction mode in front of a server, set up as `docs/operating.md` says. */
export type Pooler = {
  /** The application's URL, through it. */
  url: string;
  start(): Promise<void>;
  kill(): Promise<void>;
  close(): Promise<void>;
};

/** Starts one. It has fewer connections to the server than the instances have to it. */
export async function startPooler(behind: string): Promise<Pooler> {
  const [program, ...args] = JSON.parse(process.env.PGBOUNCER_COMMAND ?? '["pgbouncer"]') as [string, ...string[]];
  const { hostname, port: serverPort, username, password } = new URL(behind);
  const folder = mkdtempSync(path.join(tmpdir(), "atelier-pooler-"));
  // It refuses to run as root, as PostgreSQL does.
  chmodSync(folder, 0o755);
  const port = await freePort();
  const users = path.join(folder, "users.txt");
  writeFileSync(users, `"${username}" "${decodeURIComponent(password)}"\n`);
  const settings = path.join(folder, "pgbouncer.ini");
  writeFileSync(
    settings,
    `[databases]
atelier = host=${hostname} port=${serverPort} dbname=atelier
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = transaction
max_client_conn = 500
default_pool_size = 12
max_prepared_statements = 200
server_login_retry = 1
ignore_startup_parameters = statement_timeout,lock_timeout,idle_in_transaction_session_timeout,max_parallel_workers_per_gather
`,
  );
  const { uid, gid } = chooseAccount(folder, [folder]);
  let child: ChildProcess | undefined;
  let said = "";
  const kill = async () => {
    const own = child;
    if (!own || own.exitCode !== null || own.signalCode !== null) return;
    const ended = new Promise((resolve) => own.once("exit", resolve));
    own.kill("SIGKILL");
    await ended;
  };
  const pooler: Pooler = {
    url: Object.assign(new URL(behind), { port: String(port) }).href,
    async start() {
      const own = spawn(program, [...args, settings], {
        ...(uid === undefined || gid === undefined ? {} : { uid, gid }),
        stdio: ["ignore", "ignore", "pipe"],
      });
      child = own;
      own.stderr?.on("data", (chunk) => {
        said = (said + chunk).slice(-2_000);
      });
      while (!(await takesConnections(port))) {
        if (own.exitCode !== null) throw new Error(`PgBouncer ended: ${said}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    kill,
    async close() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await pooler.start();
  return pooler;
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, "127.0.0.1");
    const done = (isTaken: boolean) => {
      socket.destroy();
      resolve(isTaken);
    };
    socket.once("connect", () => done(true)).once("error", () => done(false));
  });
}
