import { expect, test } from "vitest";
import { cpuMs } from "@/tests/support/cpu-time";
import { parseAddresses } from "../addresses";
import { readList } from "./table";

/** Returns the rows as "line address role problem". */
const read = (text: string) =>
  readList(text, "viewer").rows.map(({ line, email, role, problem }) =>
    [line, email, role, problem].filter((part) => part !== null).join(" "),
  );

test("IS-21 a table with a head has its columns in any order, and others besides", () => {
  expect(read("Name,Role,E-mail\r\nAda,Admin,ADA@acme.com\r\nGrace,,grace@acme.com\r\n")).toEqual([
    "2 ada@acme.com admin",
    "3 grace@acme.com viewer",
  ]);
});

test.each([",", ";", "\t"])("cells stand apart by %j, with a byte order mark and quotes or without", (mark) => {
  expect(read(`\ufeffemail${mark}role\n"ada@acme.com"${mark}"Developer"\n\n grace@acme.com ${mark} BILLING `)).toEqual([
    "2 ada@acme.com developer",
    "4 grace@acme.com billing",
  ]);
});

test("without a head the columns are known by what is in them", () => {
  expect(read("Ada,ada@acme.com,developer\nGrace,grace@acme.com,viewer")).toEqual([
    "1 ada@acme.com developer",
    "2 grace@acme.com viewer",
  ]);
  expect(read("ada@acme.com,boss\ngrace@acme.com,chief")).toEqual([
    "1 ada@acme.com viewer unknown_role",
    "2 grace@acme.com viewer unknown_role",
  ]);
});

test("IS-21 pasted addresses may stand in one line, as mail programs write them, or one a line", () => {
  expect(read("ada@acme.com, grace@acme.com; joan@acme.com\nmary@acme.com kay@acme.com")).toEqual([
    "1 ada@acme.com viewer",
    "1 grace@acme.com viewer",
    "1 joan@acme.com viewer",
    "2 mary@acme.com viewer",
    "2 kay@acme.com viewer",
  ]);
  expect(read("Ada Lovelace <Ada@acme.com>\r<grace@acme.com>")).toEqual([
    "1 ada@acme.com viewer",
    "2 grace@acme.com viewer",
  ]);
});

test("an address that stands there several times is one row; with two roles it is none", () => {
  const { rows, folded } = readList(
    "a@v.com,viewer\nA@v.com,viewer\nb@v.com,admin\nb@v.com,viewer\nb@v.com,admin",
    "viewer",
  );
  expect(folded).toBe(3);
  expect(rows.map(({ email, problem }) => [email, problem])).toEqual([
    ["a@v.com", null],
    ["b@v.com", "two_roles"],
  ]);
});

test("what is no address or no role is said with its line", () => {
  expect(read("email,role\nnot an address,viewer\nada@acme.com,king\n")).toEqual([
    "2 not an address viewer bad_address",
    "3 ada@acme.com viewer unknown_role",
  ]);
  expect(readList("email,role\nada@acme.com,king", "viewer").rows[0]?.writtenRole).toBe("king");
});

test("a quoted cell may hold quotes and line ends, and later lines keep their numbers", () => {
  expect(read('name,email\n"Ada ""the""\nfirst",ada@acme.com\nGrace,grace@acme.com')).toEqual([
    "2 ada@acme.com viewer",
    "4 grace@acme.com viewer",
  ]);
});

test("ten thousand lines take less than a second of processor time to read, however hostile", () => {
  for (const line of ['"', '"",', "a@b ".repeat(20), "<".repeat(30), "@".repeat(30)]) {
    const begun = cpuMs();
    readList(`${line}\n`.repeat(10_000), "viewer");
    expect(cpuMs() - begun).toBeLessThan(1_000);
  }
});

test.each([
  "Email,Workspace role\nada@acme.com,Developer\nbob@acme.com,Boss",
  "E-Mail;Rolle\nada@acme.com;Developer\nbob@acme.com;Entwickler",
  "E-Mail-Adresse;Rolle im Workspace\nada@acme.com;developer\nbob@acme.com;Chef",
  "Email,Kind\nada@acme.com,Developer\nbob@acme.com,Boss",
  "Email,Name,Level\nada@acme.com,Ada,developer\nbob@acme.com,Bob,boss",
])("IS-21 a column of roles is one however it is called, and what it says is never replaced in silence: %j", (text) => {
  const { rows } = readList(text, "admin");
  expect(rows.map(({ email, role, problem }) => [email, problem ?? role])).toEqual([
    ["ada@acme.com", "developer"],
    ["bob@acme.com", "unknown_role"],
  ]);
});

test("IS-21 an only other column that may be roles marks its rows when no cell is understood", () => {
  expect(readList("Email,Funktion\nada@acme.com,Chef", "admin").rows[0]).toMatchObject({ problem: "unknown_role" });
  expect(readList("Email,Full name\nada@acme.com,Ada", "viewer").rows[0]).toMatchObject({ problem: null });
});

test.each([
  '"Lovelace, Ada" <ada@acme.com>; Bob <bob@acme.com>',
  "Lovelace, Ada <ada@acme.com>; Hopper, Bob <bob@acme.com>",
  "Ada Lovelace <ada@acme.com>, bob@acme.com",
  '"Lovelace; Ada" <ada@acme.com>,\n"Bob" <bob@acme.com>',
])("IS-21 addresses as mail programs list them are those addresses: %j", (text) => {
  expect(readList(text, "viewer").rows.map(({ email, problem }) => [email, problem])).toEqual([
    ["ada@acme.com", null],
    ["bob@acme.com", null],
  ]);
  expect(parseAddresses(text)).toEqual({ valid: ["ada@acme.com", "bob@acme.com"], invalid: [] });
});
