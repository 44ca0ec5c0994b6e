import net from "node:net";
import postgres from "postgres";
import { expect, test, vi } from "vitest";
import { owner } from "@/tests/support/database";

// patches/postgres+*.patch: without it the connection, and its next user, wait four times for a time-out before it
// reconnects. https://github.com/porsager/postgres/issues/1133
test("FA-02 a connection that closes while something is about to be written to it comes back at once", async () => {
  const { client, socket } = withSocket();
  try {
    await client`select 1`;
    // Within the turn of the event loop in which the socket closes, after the writes that were due in it.
    const lost = await new Promise((resolve) => {
      setImmediate(() => {
        socket()?.destroy();
        client`select 2`.then(resolve, resolve);
      });
    });
    expect(lost).toMatchObject({ code: "CONNECTION_CLOSED" });
    expect(await client`select 3 as n`).toMatchObject([{ n: 3 }]);
  } finally {
    await client.end({ timeout: 1 });
  }
});

// A socket reports an error, and a moment later that it is closed. Without the patch, a statement that was made in
// between was kept but not sent. On the replacement connection it got the answer to the next statement, and so on for
// each one after it.
test("FA-02 every statement after a connection was reset is given its own answer", async () => {
  const { client, socket } = withSocket();
  try {
    await client`select 1`;
    const between = new Promise((resolve) => {
      socket()?.once("error", () => client`select 2`.then(resolve, resolve));
    });
    socket()?.destroy(Object.assign(new Error("reset"), { code: "ECONNRESET" }));
    expect(await between).toMatchObject({ code: "CONNECTION_CLOSED" });
    const answers = await Promise.all([3, 4, 5].map((n) => client`select ${n}::int as n`));
    expect(answers.map(([row]) => row?.n)).toEqual([3, 4, 5]);
  } finally {
    await client.end({ timeout: 1 });
  }
}, 10_000);

test("FA-02 what a killed backend said last is not said of the first statement to its successor", async () => {
  const client = postgres(process.env.DATABASE_APP_URL ?? "", { max: 1, fetch_types: false, backoff: () => 0 });
  try {
    const [row] = await client`select pg_backend_pid() as pid`;
    const dying = client`select pg_sleep(20)`.catch(() => "lost");
    await vi.waitFor(async () => {
      const killed = await owner`
        select pg_terminate_backend(pid) from pg_stat_activity where pid = ${row?.pid} and wait_event = 'PgSleep'`;
      expect(killed).toHaveLength(1);
    });
    expect(await dying).toBe("lost");
    expect(await client`select 1 as n`).toMatchObject([{ n: 1 }]);
  } finally {
    await client.end({ timeout: 1 });
  }
});

/** Returns a client with one connection, and its socket. */
function withSocket() {
  const { hostname, port, username, password, pathname } = new URL(process.env.DATABASE_APP_URL ?? "");
  let socket: net.Socket | undefined;
  const client = postgres({
    ...{ username, password, database: pathname.slice(1), max: 1, connect_timeout: 2, fetch_types: false },
    backoff: () => 0,
    socket: () => {
      socket = net.connect(Number(port), hostname);
      return socket;
    },
  } as postgres.Options<Record<string, never>>);
  return { client, socket: () => socket };
}
