import { formFields } from "../support/browser/form-fields";
import { expect, test } from "../support/browser/test";

const lookAlike = (origin: string) => [
  "null",
  "https://evil.example",
  `${origin}.evil.example`,
  origin.replace("localhost", "localhost.evil.example"),
  origin.replace("http:", "https:"),
  origin.replace(/:\d+$/, ""),
  origin.replace("localhost", "127.0.0.1"),
  `${origin}/`,
  `${origin}, ${origin}`,
  "",
];

/** Returns the bodies that a foreign site's form can send without a preflight request, and some that it cannot send. */
function bodies(input: object): [string, Record<string, string>, BodyInit][] {
  const json = JSON.stringify(input);
  const multipart = new FormData();
  for (const [name, value] of Object.entries(input)) multipart.append(name, String(value));
  return [
    ["multipart", {}, multipart],
    ["urlencoded", {}, new URLSearchParams(input as Record<string, string>)],
    ["text/plain", { "content-type": "text/plain" }, json],
    ["JSON-ish text/plain", { "content-type": "text/plain; application/json" }, `${json.slice(0, -1)},"=":""}`],
    ["JSON-ish urlencoded", { "content-type": "application/x-www-form-urlencoded" }, json],
    ["no type", {}, new Blob([json])],
    ["application/jsonp", { "content-type": "application/jsonp" }, json],
    ["XML", { "content-type": "application/xml" }, json],
  ];
}

test("BR-06 a foreign site's form changes nothing through a procedure, whatever its encoding", async ({
  signIn,
  workspace,
  cookieOf,
  database,
  baseURL,
}) => {
  const { person } = await signIn({ name: "Ada Lovelace" });
  const acme = await workspace(person);
  const cookie = await cookieOf(person);
  const mutations: [string, object][] = [
    ["account.update", { name: "Mallory" }],
    ["workspaces.create", { name: "Theirs", kind: "personal", creationKey: crypto.randomUUID() }],
    ["keys.create", { workspace: acme.slug, name: "Theirs", expiration: "never" }],
    ["invitations.create", { workspace: acme.slug, emails: "mallory@evil.example", role: "admin" }],
    ["members.leave", { workspace: acme.slug }],
    ["account.remove", { confirmation: person.email }],
  ];
  for (const [path, input] of mutations) {
    for (const [name, headers, body] of [
      ...bodies(input),
      ["JSON", { "content-type": "application/json" }, JSON.stringify(input)] as const,
    ]) {
      for (const origin of ["https://evil.example", "null"]) {
        const answer = await fetch(`${baseURL}/api/trpc/${path}`, {
          method: "POST",
          headers: { ...headers, cookie, origin, "sec-fetch-site": "cross-site" },
          body,
        });
        expect([403, 415], `${path} as ${name}`).toContain(answer.status);
      }
    }
  }
  expect((await database`select name from users where id = ${person.id}`)[0]?.name).toBe("Ada Lovelace");
  expect(await database`select 1 from memberships where user_id = ${person.id}`).toHaveLength(1);
  expect(await database`select 1 from api_keys where workspace_id = ${acme.id}`).toHaveLength(0);
  expect(await database`select 1 from invitations where workspace_id = ${acme.id}`).toHaveLength(0);
});

test("BI-11 a procedure takes application/json and answers 415 to anything else, from our own pages too", async ({
  signIn,
  cookieOf,
  database,
  baseURL,
}) => {
  const { person } = await signIn({ name: "Ada Lovelace" });
  const own = { cookie: await cookieOf(person), origin: String(baseURL) };
  for (const [name, headers, body] of bodies({ name: "Mallory" })) {
    const answer = await fetch(`${baseURL}/api/trpc/account.update`, {
      method: "POST",
      headers: { ...headers, ...own },
      body,
    });
    expect(answer.status, name).toBe(415);
  }
  expect((await database`select name from users where id = ${person.id}`)[0]?.name).toBe("Ada Lovelace");
  for (const type of ["application/json", "application/json; charset=utf-8", "Application/JSON"]) {
    const answer = await fetch(`${baseURL}/api/trpc/account.update`, {
      method: "POST",
      headers: { ...own, "content-type": type },
      body: JSON.stringify({ name: "Ada King" }),
    });
    expect(answer.status, type).toBe(200);
  }
});

test("BR-06 a foreign site cannot post a page's own form, nor confirm a sign-in", async ({
  signIn,
  pageOf,
  cookieOf,
  database,
  baseURL,
}) => {
  const { person } = await signIn({ name: "Ada Lovelace" });
  const cookie = await cookieOf(person);
  const page = await pageOf(person, { javaScriptEnabled: false });
  await page.goto("/account");
  const form = await formFields(page.locator("form", { has: page.getByLabel("Your name") }));
  const post = (name: string, headers: Record<string, string>) => {
    form.set("name", name);
    return fetch(`${baseURL}/account`, { method: "POST", headers: { cookie, ...headers }, body: form });
  };
  const name = async () => (await database`select name from users where id = ${person.id}`)[0]?.name;
  for (const origin of lookAlike(String(baseURL))) expect((await post("Mallory", { origin })).status, origin).toBe(403);
  expect(await name()).toBe("Ada Lovelace");
  expect((await post("Ada King", { origin: String(baseURL) })).status).toBe(200);
  expect(await name()).toBe("Ada King");

  for (const body of [new URLSearchParams({ token: "x".repeat(43) }), "token=x", form]) {
    const answer = await fetch(`${baseURL}/api/auth/confirm`, {
      method: "POST",
      headers: { cookie, origin: "https://evil.example" },
      body,
    });
    expect(answer.status).toBe(403);
    expect(answer.headers.getSetCookie()).toEqual([]);
  }
});

test("BR-09 a change without Origin is allowed only as same-origin, and never with a look-alike", async ({
  signIn,
  cookieOf,
  database,
  baseURL,
}) => {
  const { person } = await signIn({ name: "Ada Lovelace" });
  const cookie = await cookieOf(person);
  const rename = async (name: string, headers: Record<string, string>) => {
    const answer = await fetch(`${baseURL}/api/trpc/account.update`, {
      method: "POST",
      headers: { cookie, "content-type": "application/json", ...headers },
      body: JSON.stringify({ name }),
    });
    const [row] = await database`select name from users where id = ${person.id}`;
    return [answer.status, row?.name === name];
  };
  for (const origin of lookAlike(String(baseURL))) {
    expect(await rename("Mallory", { origin }), origin).toEqual([403, false]);
    expect(await rename("Mallory", { origin, "sec-fetch-site": "same-origin" }), origin).toEqual([403, false]);
  }
  for (const site of ["cross-site", "same-site", "none", "same-origin, cross-site"])
    expect(await rename("Mallory", { "sec-fetch-site": site }), site).toEqual([403, false]);
  expect(await rename("Mallory", {})).toEqual([403, false]);
  expect(await rename("Ada King", { origin: String(baseURL) })).toEqual([200, true]);
  expect(await rename("Ada Byron", { "sec-fetch-site": "same-origin" })).toEqual([200, true]);
});

test("BR-09 other methods that change data have the same restrictions", async ({ signIn, cookieOf, baseURL }) => {
  const { person } = await signIn();
  const cookie = await cookieOf(person);
  for (const method of ["PUT", "PATCH", "DELETE"]) {
    const answer = await fetch(`${baseURL}/account`, { method, headers: { cookie, origin: "https://evil.example" } });
    expect(answer.status, method).toBe(403);
  }
});
