import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { beforeAll, describe, expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { callerOf, inputFor } from "@/tests/support/procedures/inputs";
import { call, type Procedure, procedures } from "@/tests/support/procedures/list";
import { type World, world } from "@/tests/support/procedures/world";
import { dump } from "@/tests/support/schema/rows";
import { appRouter } from "./router";

const mutations = procedures().filter(({ type }) => type === "mutation");

/** Returns the person who may call a procedure in a world. */
const callerFor = ({ path, access }: Procedure, here: World) =>
  access === "signed-in" || access === "operator" ? callerOf(path, here) : here.caller;

const extras = ["role", "workspaceId", "isAdmin", "limit", "scopes", "createdBy", "userId", "__proto__", "constructor"];

describe("what is refused changes nothing, so that one world serves all", () => {
  let here: World;
  let before: Map<string, string>;
  beforeAll(async () => {
    here = await world();
    before = await dump(owner);
  });

  test.each(mutations)("RP-05 $path takes no field that it does not name", async (procedure) => {
    const { api } = callerFor(procedure, here);
    const valid = inputFor(procedure.path, here) ?? {};
    for (const name of extras.filter((name) => !Object.hasOwn(procedure.shape, name))) {
      // As it arrives in a request: JSON.parse makes `__proto__` an own key.
      const input = JSON.parse(
        `${JSON.stringify(valid).slice(0, -1)}${Object.keys(valid).length ? "," : ""}"${name}":{"polluted":true}}`,
      );
      expect(Object.hasOwn(input, name)).toBe(true);
      expect({ name, ...(await call(api, procedure.path, input)) }).toMatchObject({ name, code: "BAD_REQUEST" });
    }
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  // Once for all calls: reading all rows takes longer than calling all procedures.
  test("RP-05 and not a row has changed", async () => {
    expect(await dump(owner)).toEqual(before);
  });
});

const inherited = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "constructor.prototype"];

test("BI-14 the names that every object inherits are no procedures", async () => {
  const post = async (path: string) => {
    const response = await fetchRequestHandler({
      endpoint: "/api/trpc",
      req: new Request(`http://localhost:3000/api/trpc/${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: "{}",
      }),
      router: appRouter,
      createContext: () => ({
        person: null,
        origin: { requestId: "", ip: null, userAgent: null },
        recordRefused: async () => {},
      }),
    });
    return response.status;
  };
  expect(await post("account.update")).toBe(401);
  for (const name of inherited)
    for (const path of [name, `account.${name}`, `${name}.account`, `account.get.${name}`])
      expect([path, await post(path)]).toEqual([path, 404]);
});

const combining = `e${"\u0301".repeat(10_000)}`;

/** Texts that break careless programs, by name. */
const awkward: Record<string, string> = {
  ...Object.fromEntries(inherited.map((name) => [name, name])),
  NUL: "a\u0000b",
  "a lone high surrogate": "a\ud800b",
  "a lone low surrogate": "\udc00",
  "a right-to-left override": "abc\u202edef",
  "10,000 combining marks": combining,
  "only spaces": " \u00a0\u3000\t ",
  "only zero-width characters": "\u200b\u200d\u2060\ufeff",
  "4-byte emoji": "👩‍👩‍👧‍👦 🇪🇺",
  "decomposed letters": "Cafe\u0301 A\u030angstro\u0308m",
  "spaces around": "  Acme  ",
  "a line end": "a\r\nBcc: v@x",
  "a thousand letters": "x".repeat(1_000),
  "a backslash and quotes": "\\'\"%_$1",
};

describe("any text in any field", () => {
  let shared: World;
  beforeAll(async () => {
    shared = await world();
  });

  test.each(procedures().filter(({ shape }) => Object.keys(shape).length > 0))(
    "BI-01 $path takes it without failing",
    async (procedure) => {
      let here = procedure.type === "mutation" ? await world() : shared;
      let isUsed = false;
      for (const [field, schema] of Object.entries(procedure.shape)) {
        let isRefusalKnown = false;
        for (const [what, text] of Object.entries(awkward)) {
          // A text that the field's schema refuses never reaches the procedure; that this is answered properly is
          // tested once per field.
          const isRefused = !schema.safeParse(text).success;
          if (isRefused && isRefusalKnown) continue;
          isRefusalKnown ||= isRefused;
          const ask = () => {
            const input = { ...inputFor(procedure.path, here), [field]: text };
            return call(callerFor(procedure, here).api, procedure.path, input);
          };
          let outcome = await ask();
          // An earlier text may have changed something that makes this one refused, so it is tried again in an
          // unchanged world.
          if (isUsed && !isRefused && "reason" in outcome) {
            here = await world();
            isUsed = false;
            outcome = await ask();
          }
          if (!("reason" in outcome)) {
            isUsed = procedure.type === "mutation";
            continue;
          }
          expect({ field, what, ...outcome }).toMatchObject({
            code: expect.stringMatching(/^(BAD_REQUEST|NOT_FOUND|FORBIDDEN|CONFLICT|SERVICE_UNAVAILABLE)$/),
            reason: expect.not.stringMatching(/^bug$/),
          });
        }
      }
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    },
  );

  test("BI-01 of all that was taken, only what is normalised was kept", async () => {
    expect(await untidyTexts()).toEqual([]);
  });
});

test.each([
  ["keys.list", "after", ["not-a-moment", "000000000000"]],
  ["keys.list", "before", ["2026-01-01", "a\u0000b"]],
  ["members.list", "after", ["2026-01-01", "no-uuid"]],
  ["members.list", "before", ["not-a-moment", "00000000-0000-4000-8000-000000000000"]],
  ["workspaces.list", "after", ["Acme", "no-uuid"]],
  ["workspaces.list", "after", ["a\u0000b", "00000000-0000-4000-8000-000000000000"]],
])("BI-01 %s survives a made-up cursor in `%s`: %j", async (path, field, key) => {
  const here = await world();
  const made = Buffer.from(JSON.stringify(key)).toString("base64url");
  const outcome = await call(here.caller.api, path, { ...inputFor(path, here), [field]: made });
  expect(outcome).not.toMatchObject({ reason: "bug" });
});

/**
 * Returns texts in the database that are not NFC or not trimmed, or that contain characters which reorder or hide text.
 */
async function untidyTexts(): Promise<string[]> {
  const columns = await owner<{ table: string; column: string }[]>`
    select quote_ident(table_name) as table, quote_ident(column_name) as column from information_schema.columns
    where table_schema = 'public' and data_type = 'text'`;
  const untidy = columns.map(
    ({ table, column }) => `
      select '${table}.${column}' as place, ${column} as text from ${table}
      where ${column} is not nfc normalized or ${column} <> btrim(${column}) or ${column} ~ '[\\u202a-\\u202e\\u2066-\\u2069]'`,
  );
  const rows = await owner.unsafe(untidy.join(" union all "));
  return rows.map(({ place, text }) => `${place}: ${JSON.stringify(text)}`);
}
