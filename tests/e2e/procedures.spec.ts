import { appRouter } from "@/server/composition/router";
import { expect, test } from "../support/browser/test";
import { publicProcedures } from "../support/procedures/public";

type Kind = { _def: { type: "query" | "mutation" } };

const everything = Object.entries(appRouter._def.procedures as unknown as Record<string, Kind>);

test("AU-02 over HTTP every procedure but the listed ones refuses a signed-out caller", async ({ baseURL }) => {
  expect(everything.length).toBeGreaterThan(25);
  const call = (path: string, type: "query" | "mutation", headers: Record<string, string> = {}) =>
    type === "query"
      ? fetch(`${baseURL}/api/trpc/${path}?input=%7B%7D`, { headers })
      : fetch(`${baseURL}/api/trpc/${path}`, {
          method: "POST",
          headers: { ...headers, "content-type": "application/json", origin: String(baseURL) },
          body: "{}",
        });
  const answering: string[] = [];
  for (const [
    path,
    {
      _def: { type },
    },
  ] of everything) {
    for (const cookie of ["", "atelier.session=", "atelier.session=x", `atelier.session=${"a".repeat(43)}`]) {
      const answer = await call(path, type, { cookie });
      expect(answer.status, path).toBeLessThan(500);
      if (answer.status !== 401) answering.push(path);
      else expect((await answer.json()).error.data.reason).toBe("not_signed_in");
    }
  }
  expect([...new Set(answering)].sort()).toEqual(publicProcedures);
});

test("BI-15 batches that are too long, repeated or malformed are refused, and never break anything", async ({
  signIn,
  cookieOf,
  database,
  baseURL,
}) => {
  const { person } = await signIn();
  const headers = { cookie: await cookieOf(person), origin: String(baseURL), "content-type": "application/json" };
  const batch = (paths: string[], input: object) =>
    fetch(`${baseURL}/api/trpc/${paths.join(",")}?batch=1`, {
      method: "POST",
      headers,
      body: JSON.stringify(Object.fromEntries(paths.map((_, index) => [index, input]))),
    });
  const create = () => ({ name: "Many", kind: "organization", creationKey: crypto.randomUUID() });
  for (const length of [500, 11]) {
    const answer = await batch(Array(length).fill("workspaces.create"), create());
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
  }
  expect(await database`select 1 from workspaces where created_by = ${person.id}`).toHaveLength(0);

  await batch(Array(10).fill("workspaces.create"), create());
  expect(await database`select 1 from workspaces where created_by = ${person.id}`).toHaveLength(1);

  const odd = [
    "account.get,,account.get",
    ",",
    "account.get,",
    "a".repeat(8_192),
    `${"account.get,".repeat(700)}account.get`,
    "__proto__",
    "constructor.prototype",
    "toString",
    "account.__proto__",
    "account.get%00",
    "account.get%0d%0aX-Evil:1",
    "%E0%A4%A",
    "..%2f..%2faccount",
  ];
  for (const path of odd) {
    for (const query of [
      "",
      "?batch=1",
      "?batch=1&input=%7B",
      "?input=%00",
      "?batch=1&input=%7B%22__proto__%22%3A1%7D",
    ]) {
      const answer = await fetch(`${baseURL}/api/trpc/${path}${query}`, { headers });
      expect(answer.status, `${path.slice(0, 40)}${query}`).toBeGreaterThanOrEqual(200);
      expect(answer.status, `${path.slice(0, 40)}${query}`).toBeLessThan(500);
      expect(answer.headers.get("x-evil")).toBeNull();
    }
  }
});

test("a body that is no JSON, too long or too deep is refused as such", async ({ signIn, cookieOf, baseURL }) => {
  const { person } = await signIn();
  const headers = { cookie: await cookieOf(person), origin: String(baseURL), "content-type": "application/json" };
  const post = async (body: string) =>
    (await fetch(`${baseURL}/api/trpc/account.update`, { method: "POST", headers, body })).status;
  for (const body of ["", "{", "nonsense", "[]", "null", '"text"', "1e999"])
    expect(await post(body), body.slice(0, 20)).toBe(400);
  expect(await post(`${"[".repeat(5_000)}${"]".repeat(5_000)}`)).toBe(413);
  expect(await post(JSON.stringify({ name: "x".repeat(300_000) }))).toBe(413);
  expect(await post('{"name":"Ada","__proto__":{"isAdmin":true}}')).toBe(400);
});
