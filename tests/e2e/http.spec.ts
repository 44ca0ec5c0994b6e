import { randomBytes } from "node:crypto";
import { expect, test } from "../support/browser/test";
import { rawRequest } from "../support/gateway/raw-request";

const policyOf = (answer: Response) => answer.headers.get("content-security-policy") ?? "";
const nonceOf = (answer: Response) => /script-src 'nonce-([^']+)'/.exec(policyOf(answer))?.[1] ?? "";

test("every answer has the security headers, and none names the software", async ({ baseURL, cookieOf, signIn }) => {
  const { person } = await signIn();
  const cookie = await cookieOf(person);
  const html = await (await fetch(`${baseURL}/sign-in`)).text();
  const asset = /\/_next\/static\/[^"]+\.js/.exec(html)?.[0] ?? "";
  expect(asset).not.toBe("");
  const asked: [string, RequestInit][] = [
    ["/sign-in", {}],
    ["/account", { headers: { cookie } }],
    ["/account", {}],
    ["/nothing-here", {}],
    ["/invite/nothing", { headers: { cookie } }],
    ["/api/health", {}],
    ["/api/health/ready", {}],
    ["/api/trpc/account.get", {}],
    ["/api/trpc/nothing", {}],
    ["/api/auth/confirm", {}],
    ["/v1/models", {}],
    ["/v1/nothing", {}],
    ["/mark.svg", {}],
    ["/icon.svg", {}],
    [asset, {}],
    ["/api/auth/confirm", { method: "POST" }],
    ["/dev/mailbox", {}],
  ];
  const ids = new Set<string>();
  for (const [path, init] of asked) {
    const answer = await fetch(`${baseURL}${path}`, { redirect: "manual", ...init });
    await answer.text();
    const { headers } = answer;
    expect(headers.get("x-content-type-options"), path).toBe("nosniff");
    expect(headers.get("referrer-policy"), path).toMatch(/^(no-referrer|strict-origin)$/);
    expect(headers.get("cross-origin-opener-policy"), path).toBe("same-origin");
    expect(headers.get("x-frame-options"), path).toBe("DENY");
    expect(headers.get("x-powered-by"), path).toBeNull();
    expect(headers.get("server"), path).toBeNull();
    expect(headers.get("x-request-id"), path).toMatch(/^[0-9a-f-]{36}$/);
    ids.add(headers.get("x-request-id") ?? "");
  }
  expect(ids.size).toBe(asked.length);
  const own = await fetch(`${baseURL}/api/health`, { headers: { "x-request-id": "mine" } });
  expect(own.headers.get("x-request-id")).not.toBe("mine");
});

test("scripts ask the browser to compile them early", async ({ baseURL }) => {
  const html = await (await fetch(`${baseURL}/sign-in`)).text();
  const loaded = [...html.matchAll(/<script[^>]*src="(\/_next\/static\/chunks\/[^"]+)"/g)].map(([, src]) => src);
  expect(loaded.length).toBeGreaterThan(5);
  for (const src of loaded)
    expect((await (await fetch(`${baseURL}${src}`)).text()).split("\n")[0], src).toBe("//# allFunctionsCalledOnLoad");
});

test("BR-02 the policy allows only scripts with this answer's nonce", async ({ baseURL }) => {
  const [first, second] = [await fetch(`${baseURL}/sign-in`), await fetch(`${baseURL}/sign-in`)];
  expect(Buffer.from(nonceOf(first), "base64").length).toBeGreaterThanOrEqual(16);
  expect(nonceOf(first)).not.toBe(nonceOf(second));
  const policy = policyOf(first);
  expect(policy).toContain("'strict-dynamic'");
  expect(policy).not.toMatch(/unsafe-(inline|eval)/);
  for (const rule of ["object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"])
    expect(policy).toContain(rule);
  for (const [script] of (await first.text()).matchAll(/<script\b[^>]*>/g))
    expect(script).toContain(`nonce="${nonceOf(first)}"`);
  const planted = await fetch(`${baseURL}/sign-in`, {
    headers: { "content-security-policy": "script-src 'nonce-mine'", "x-nonce": "mine" },
  });
  expect(await planted.text()).not.toContain('nonce="mine"');
});

test("private answers are never cached, and unchanging files are", async ({ baseURL, signIn, workspace, cookieOf }) => {
  const { person } = await signIn();
  const acme = await workspace(person);
  const headers = { cookie: await cookieOf(person) };
  for (const path of [
    "/account",
    "/help",
    "/welcome",
    `/w/${acme.slug}`,
    `/w/${acme.slug}/keys`,
    "/api/trpc/account.get",
    "/sign-in",
    "/nothing",
  ]) {
    for (const more of [{}, { rsc: "1" }] as Record<string, string>[]) {
      const answer = await fetch(`${baseURL}${path}`, { headers: { ...headers, ...more }, redirect: "manual" });
      expect(answer.headers.get("cache-control"), path).toBe("private, no-store");
      await answer.text();
    }
  }
  expect((await fetch(`${baseURL}/v1/models`)).headers.get("cache-control")).toContain("no-store");
  const html = await (await fetch(`${baseURL}/sign-in`)).text();
  const asset = await fetch(`${baseURL}${/\/_next\/static\/[^"]+\.js/.exec(html)?.[0]}`);
  expect(asset.headers.get("cache-control")).toContain("immutable");
});

test("health says that the process lives, readiness that it can serve, to any Host", async ({ baseURL }) => {
  const port = Number(new URL(String(baseURL)).port);
  for (const [path, word] of [
    ["/api/health", '"ok"'],
    ["/api/health/ready", '"ready"'],
  ]) {
    const answer = await rawRequest(port, [`GET ${path} HTTP/1.1`, "Host: 10.0.0.7:8080", "Connection: close"]);
    expect(answer.status).toBe(200);
    expect(answer.body).toContain(word);
  }
});

test("TI-21 signed out, no request for a private page returns any part of it", async ({
  signIn,
  workspace,
  call,
  invite,
  cookieOf,
  baseURL,
}) => {
  const tag = randomBytes(4).toString("hex");
  const { person } = await signIn({ name: `Ada ${tag}`, email: `ada-${tag}@example.com` });
  const acme = await workspace(person, `Secret ${tag}`);
  await call(person, "keys.create", { workspace: acme.slug, name: `Key ${tag}`, expiration: "30" });
  const token = await invite(acme, person, `guest-${tag}@example.com`);
  const at = `/w/${acme.slug}`;
  const pages = [at, `${at}/keys`, `${at}/members`, "/account", "/welcome", `/invite/${token}`];
  const tree = encodeURIComponent(
    JSON.stringify(["", { children: ["w", { children: ["__PAGE__", {}] }] }, null, null, true]),
  );
  const ways: [(path: string) => string, Record<string, string>][] = [
    [(path) => path, {}],
    [(path) => path, { rsc: "1" }],
    [(path) => `${path}?_rsc=abc`, { rsc: "1", "next-router-prefetch": "1", "next-router-state-tree": tree }],
    [(path) => path, { rsc: "1", "next-router-segment-prefetch": "/_tree" }],
    [(path) => path, { rsc: "1", "next-router-segment-prefetch": "/w/$d$workspace/__PAGE__" }],
    [
      (path) => path,
      { purpose: "prefetch", "x-middleware-prefetch": "1", "x-middleware-subrequest": "proxy:proxy:proxy:proxy:proxy" },
    ],
    [(path) => `${path}.rsc`, {}],
    [(path) => `${path}.txt`, {}],
    [(path) => `${path}.segments/_tree.segment.rsc`, {}],
    [(path) => `${path}.segments/w/$d$workspace/__PAGE__.segment.rsc`, { rsc: "1" }],
    [(path) => `${path}/`, {}],
    [(path) => path.replaceAll("/", "//"), {}],
    [(path) => path.slice(0, 1) + path.slice(1).replaceAll("/", "%2f"), {}],
    [(path) => path.toUpperCase(), {}],
    [(path) => `/_next/data/build${path}.json`, {}],
    [(path) => `/x/..${path}`, {}],
    [(path) => path, { "x-path": "/account", "x-inside": "1", "x-invoke-path": "/account" }],
  ];
  const port = Number(new URL(String(baseURL)).port);
  const host = new URL(String(baseURL)).host;
  const ask = (path: string, headers: Record<string, string>) =>
    rawRequest(port, [
      `GET ${path} HTTP/1.1`,
      `Host: ${host}`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      "Connection: close",
    ]);
  // The search works: it finds the text in the person's own view of the page.
  const seen = await ask(`${at}/keys`, { cookie: await cookieOf(person) });
  expect(seen.body).toContain(`Key ${tag}`);
  for (const page of pages) {
    for (const [way, headers] of ways) {
      const path = way(page);
      const { status, body } = await ask(path, headers);
      expect(status, path).toBeLessThan(500);
      for (const secret of [`Secret ${tag}`, `Key ${tag}`, `Ada ${tag}`, `ada-${tag}@`, `guest-${tag}@`])
        expect(body, `${path} ${JSON.stringify(headers)}`).not.toContain(secret);
    }
  }
});
