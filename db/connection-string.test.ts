import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseConnectionString, placeOf } from "./connection-string";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "atelier-certificates-"));
  writeFileSync(path.join(folder, "ca.pem"), "a certificate");
});

afterAll(() => rmSync(folder, { recursive: true }));

const plain = {
  host: ["db.internal"],
  port: [5432],
  database: "atelier",
  username: "owner",
  password: "secret",
  ssl: false,
};

describe("IS-19 what is read of a connection string", () => {
  test.each([
    ["postgres://owner:secret@db.internal:5432/atelier", plain],
    ["postgresql://owner:secret@db.internal/atelier", plain],
    ["postgres://owner:s%40c%3Ar%2Fet@db.internal/atelier", { ...plain, password: "s@c:r/et" }],
    ["postgres://db.internal/atelier?user=owner&password=secret", plain],
    ["postgres://owner:secret@a:1,b:2/atelier", { ...plain, host: ["a", "b"], port: [1, 2] }],
    ["postgres://owner:secret@[::1]:6543/atelier", { ...plain, host: ["::1"], port: [6543] }],
    ["postgres://owner@/atelier?host=/var/run/postgresql&port=5433", { path: "/var/run/postgresql/.s.PGSQL.5433" }],
    [
      "postgres://owner@%2Ftmp/atelier",
      { path: "/tmp/.s.PGSQL.5432", database: "atelier", username: "owner", ssl: false },
    ],
  ])("%s", (text, target) => {
    expect(parseConnectionString(text)).toMatchObject(target);
  });

  test.each([
    ["Prisma's", "schema=public&pgbouncer=true&connection_limit=5&pool_timeout=10"],
    ["Supabase's", "pgbouncer=true&supa=base-pooler.x"],
    ["libpq's of networks", "keepalives=1&keepalives_idle=30&gssencmode=disable&client_encoding=utf8"],
  ])("%s parameters change nothing", (_, parameters) => {
    const text = "postgres://owner:secret@db.internal/atelier";
    expect(parseConnectionString(`${text}?${parameters}`)).toEqual(parseConnectionString(text));
  });

  test("the server's settings are those of `options`", () => {
    const { connection, connect_timeout } = parseConnectionString(
      "postgres://db.internal/atelier?options=endpoint%3Dep-1&application_name=mine&connect_timeout=7",
    );
    expect(connection).toEqual({ options: "endpoint=ep-1", application_name: "mine" });
    expect(connect_timeout).toBe(7);
  });
});

describe("IS-19 TLS is asked for as libpq does", () => {
  const tls = (parameters: string) =>
    parseConnectionString(`postgres://db.internal/atelier?${parameters.replaceAll("CA", `${folder}/ca.pem`)}`).ssl;
  const named = { host: "db.internal", servername: "db.internal" };

  test.each([
    ["sslmode=disable", false],
    ["sslmode=prefer", "prefer"],
    ["sslmode=require", { rejectUnauthorized: false, ...named }],
    ["sslmode=verify-full", { rejectUnauthorized: true, ...named }],
    ["sslmode=verify-full&sslrootcert=CA", { rejectUnauthorized: true, ca: "a certificate", ...named }],
    ["sslrootcert=system&sslmode=require", { rejectUnauthorized: true, ...named }],
    // The certificate proves the same as channel binding would.
    ["sslmode=require&channel_binding=require", { rejectUnauthorized: true, ...named }],
    ["sslmode=require&channel_binding=prefer", { rejectUnauthorized: false, ...named }],
  ])("%s", (parameters, expected) => {
    expect(tls(parameters)).toEqual(expected);
  });

  test("a certificate without its name is enough where that is asked for", () => {
    for (const parameters of ["sslmode=verify-ca&sslrootcert=CA", "sslmode=require&sslrootcert=CA"])
      expect(tls(parameters)).toMatchObject({ rejectUnauthorized: true, checkServerIdentity: expect.any(Function) });
  });
});

test.each([
  ["mysql://db/atelier", "is not postgres://USER:PASSWORD@HOST:PORT/DATABASE"],
  ["postgres://owner:sec/ret@db/atelier", "has a port that is none."],
  ["postgres://owner:50%@db/atelier", "has a % that begins no code. Write it as %25."],
  ["postgres://db:70000/atelier", "has a port that is none."],
  ["postgres://db/atelier?sslmod=verify-full", 'has the parameter "sslmod", which Atelier does not know.'],
  ["postgres://db/atelier?schema=other", 'asks for the schema "other".'],
  ["postgres://db/atelier?sslmode=on", "has an sslmode that is none of disable,"],
  [
    "postgres://db/atelier?sslmode=verify-full&sslrootcert=/no/ca.pem",
    "has sslrootcert=/no/ca.pem, which cannot be read (ENOENT).",
  ],
])("%s is refused with one sentence", (text, sentence) => {
  expect(() => parseConnectionString(text, "DATABASE_APP_URL")).toThrow(`DATABASE_APP_URL ${sentence}`);
});

test("a password is in no message", () => {
  for (const text of ["postgres://o:hunter2@db:x/a", "postgres://o:hunter2@db/a?b=c", "hunter2"]) {
    let message = "";
    try {
      parseConnectionString(text);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toMatch(/^DATABASE_URL /);
    expect(message).not.toContain("hunter2");
  }
});

test.each([
  ["postgres://o:p@db.internal/a", "db.internal:5432"],
  ["postgres://o:p@a:1,b:2/a", "a:1, b:2"],
  ["postgres:///a?host=/tmp", "/tmp/.s.PGSQL.5432"],
])("%s leads to %s", (text, place) => {
  expect(placeOf(parseConnectionString(text))).toBe(place);
});
