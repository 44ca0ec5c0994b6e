import { randomBytes } from "node:crypto";
import { formFields } from "../support/browser/form-fields";
import { expect, test } from "../support/browser/test";
import { rawRequest } from "../support/gateway/raw-request";

test("EM-01 a request for a foreign Host is answered with 421, in every form", async ({ baseURL }) => {
  const { host, port } = new URL(String(baseURL));
  const ask = (line: string, ...headers: string[]) => rawRequest(Number(port), [line, ...headers, "Connection: close"]);
  const foreign = [
    await ask("GET /sign-in HTTP/1.1", "Host: evil.example"),
    await ask("GET /sign-in HTTP/1.1", `Host: evil.example:${port}`),
    await ask("GET /sign-in HTTP/1.1", `Host: ${host}.evil.example`),
    await ask("GET /sign-in HTTP/1.1", `Host: localhost:1`),
    await ask("GET /sign-in HTTP/1.1", `Host: ${host}@evil.example`),
    await ask("GET /sign-in HTTP/1.1", "Host: evil.example", `X-Forwarded-Host: ${host}`),
    await ask("GET http://evil.example/sign-in HTTP/1.1", `Host: ${host}`),
    await ask("GET http://evil.example/sign-in HTTP/1.1", "Host: evil.example"),
    await ask("GET /sign-in HTTP/1.1", "Host: "),
  ];
  for (const [index, { status, body }] of foreign.entries()) {
    expect([400, 421], `request ${index}: ${body}`).toContain(status);
    expect(body, `request ${index}`).not.toContain("Sign in");
  }
  const twice = await ask("GET /sign-in HTTP/1.1", `Host: ${host}`, "Host: evil.example");
  expect(twice.body).not.toContain("evil.example");
  const none = await rawRequest(Number(port), ["GET /sign-in HTTP/1.1", "Connection: close"]);
  expect([400, 421]).toContain(none.status);
  const odd = await rawRequest(Number(port), ["GET /sign-in HTTP/1.0", "Connection: close"]);
  expect([400, 421]).toContain(odd.status);
});

test("a request for another protocol is answered by the front like any other, and its connection ends", async ({
  baseURL,
}) => {
  const { host, port } = new URL(String(baseURL));
  // The first request for a page makes Next start to listen.
  await fetch(`${baseURL}/sign-in`);
  const ask = (line: string, ...headers: string[]) =>
    rawRequest(Number(port), [line, ...headers, "Connection: close, Upgrade", "Upgrade: websocket"]);
  expect((await ask("GET /sign-in HTTP/1.1", "Host: evil.example")).status).toBe(421);
  expect((await ask("GET http://169.254.169.254/latest/ HTTP/1.1", `Host: ${host}`)).status).toBe(421);
  const own = await ask("GET /sign-in HTTP/1.1", `Host: ${host}`);
  expect([own.status, own.headers.toLowerCase().includes("content-security-policy")]).toEqual([200, true]);
  expect((await ask("GET /v1/models HTTP/1.1", `Host: ${host}`)).status).toBe(401);
});

test("EM-01 headers that name another host change none of our addresses", async ({
  browser,
  signIn,
  workspace,
  cookieOf,
  mailedLink,
  baseURL,
}) => {
  const { host, port } = new URL(String(baseURL));
  const evil = {
    "x-forwarded-host": "evil.example",
    "x-forwarded-proto": "https",
    "x-forwarded-server": "evil.example",
    "x-host": "evil.example",
    "x-original-url": "/account",
    "x-rewrite-url": "/account",
    "x-matched-path": "/account",
    "x-path": "//evil.example",
    forwarded: "for=127.0.0.1;host=evil.example;proto=https",
  };
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL });
  const page = await context.newPage();
  await page.goto("/sign-in");
  const form = await formFields(page.locator("form").first());
  await context.close();
  const email = `grace-${randomBytes(4).toString("hex")}@example.com`;
  form.set("email", email);
  const own = { origin: String(baseURL) };
  const asked = await fetch(`${baseURL}/sign-in`, {
    method: "POST",
    headers: { ...evil, ...own },
    body: form,
    redirect: "manual",
  });
  expect(asked.headers.get("location")).not.toContain("evil");
  expect(await mailedLink(email, "/sign-in/confirm")).toMatch(new RegExp(`^${baseURL}/`));

  const { person } = await signIn();
  const acme = await workspace(person);
  const cookie = await cookieOf(person);
  const guest = `joan-${randomBytes(4).toString("hex")}@example.com`;
  const invited = await fetch(`${baseURL}/api/trpc/invitations.create`, {
    method: "POST",
    headers: { ...evil, ...own, cookie, "content-type": "application/json" },
    body: JSON.stringify({ workspace: acme.slug, emails: guest, role: "viewer" }),
  });
  expect(invited.status).toBe(200);
  expect(await mailedLink(guest, "/invite/")).toMatch(new RegExp(`^${baseURL}/`));

  for (const path of ["/", `/w/${acme.slug}`, "/account"]) {
    const answer = await fetch(`${baseURL}${path}`, { headers: evil, redirect: "manual" });
    expect(answer.status, path).toBe(307);
    expect(new URL(answer.headers.get("location") ?? "", baseURL).origin, path).toBe(baseURL);
    expect(answer.headers.get("location"), path).toBe(`/sign-in?callbackUrl=${encodeURIComponent(path)}`);
  }
  const overview = await (await fetch(`${baseURL}/w/${acme.slug}`, { headers: { ...evil, cookie } })).text();
  expect(overview).toContain(`${baseURL}/v1`);
  expect(overview).not.toContain("evil.example");

  const alias = await rawRequest(Number(port), ["GET /help HTTP/1.1", `Host: 127.0.0.1:${port}`, "Connection: close"]);
  expect(alias.status).toBe(307);
  expect(alias.headers.toLowerCase()).toContain(`location: http://${host}/help`);
});

test("a path that looks like another site is never redirected to one", async ({ baseURL }) => {
  const { host, port } = new URL(String(baseURL));
  for (const path of [
    "//evil.example",
    "//evil.example/%2f..",
    "/\\evil.example",
    "/%5cevil.example",
    "/%2f%2fevil.example/",
  ]) {
    for (const name of [host, `127.0.0.1:${port}`]) {
      const answer = await rawRequest(Number(port), [`GET ${path} HTTP/1.1`, `Host: ${name}`, "Connection: close"]);
      expect(answer.status, path).toBeLessThan(500);
      const location = /^location: (.*)$/im.exec(answer.headers)?.[1];
      if (location) expect(new URL(location, String(baseURL)).origin, `${path} → ${location}`).toBe(baseURL);
    }
  }
});
