import { chownSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type EmbeddedPostgres, startPostgres } from "@/embedded/postgres/postgres";
import { selfSigned } from "@/tests/support/fakes/certificate";
import { connect } from "./connect";

const settings = { fsync: "off", full_page_writes: "off", shared_buffers: "16MB" };
let dataDir = "";
let server: EmbeddedPostgres;

/** A server that speaks TLS, with a self-signed certificate. */
beforeAll(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), "atelier-tls-"));
  await (await startPostgres({ dataDir, settings })).stop();
  const { uid, gid } = statSync(path.join(dataDir, "postgres"));
  const { certificate, key } = selfSigned();
  for (const [name, text] of Object.entries({ "server.crt": certificate, "server.key": key })) {
    writeFileSync(path.join(dataDir, "postgres", name), text, { mode: 0o600 });
    chownSync(path.join(dataDir, "postgres", name), uid, gid);
  }
  writeFileSync(path.join(dataDir, "ca.pem"), certificate);
  writeFileSync(path.join(dataDir, "other.pem"), selfSigned().certificate);
  server = await startPostgres({ dataDir, settings: { ...settings, ssl: "on" } });
});

afterAll(async () => {
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Checks whether the connection is encrypted, or why there is none. */
async function encrypted(parameters: string, host = "127.0.0.1"): Promise<boolean | string> {
  const url = server.ownerUrl.replace("127.0.0.1", host);
  const sql = connect(`${url}?${parameters.replaceAll("DIR", dataDir)}`, {
    max: 1,
    connect_timeout: 5,
    backoff: () => 0,
  });
  try {
    const [row] = await sql`select ssl from pg_stat_ssl where pid = pg_backend_pid()`;
    return row?.ssl;
  } catch (error) {
    return (error as { code: string }).code;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

test.each([
  ["sslmode=disable", false],
  ["sslmode=prefer", true],
  ["sslmode=require", true],
  ["sslmode=verify-full", "DEPTH_ZERO_SELF_SIGNED_CERT"],
  ["sslmode=verify-full&sslrootcert=DIR/ca.pem", true],
  ["sslmode=verify-full&sslrootcert=DIR/other.pem", "DEPTH_ZERO_SELF_SIGNED_CERT"],
  ["sslmode=require&sslrootcert=DIR/other.pem", "DEPTH_ZERO_SELF_SIGNED_CERT"],
  ["sslmode=require&channel_binding=require", "DEPTH_ZERO_SELF_SIGNED_CERT"],
  ["sslmode=require&channel_binding=require&sslrootcert=DIR/ca.pem", true],
  ["schema=public&pgbouncer=true&connection_limit=5", false],
])("IS-19 %s: %s", async (parameters, expected) => {
  expect(await encrypted(parameters)).toBe(expected);
});

test.each([
  ["verify-full", "ERR_TLS_CERT_ALTNAME_INVALID"],
  ["verify-ca", true],
])("IS-19 a certificate of another name, with sslmode=%s: %s", async (mode, expected) => {
  expect(await encrypted(`sslmode=${mode}&sslrootcert=DIR/ca.pem`, "localhost")).toBe(expected);
});

test("a socket in a folder is connected to", async () => {
  const { port, username, password, pathname } = new URL(server.ownerUrl);
  const socket = net.createServer((client) => {
    const upstream = net.connect(Number(port), "127.0.0.1");
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => socket.listen(path.join(dataDir, ".s.PGSQL.5433"), resolve));
  const at = encodeURIComponent(dataDir);
  for (const url of [
    `postgres://${username}:${password}@${pathname}?host=${at}&port=5433`,
    `postgres://${username}:${password}@${at}:5433${pathname}`,
  ]) {
    const sql = connect(url, { max: 1 });
    expect(await sql`select current_user as name`).toEqual([{ name: "atelier_owner" }]);
    await sql.end({ timeout: 1 });
  }
  socket.close();
});
