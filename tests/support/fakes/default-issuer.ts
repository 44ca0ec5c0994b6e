import { generateKeyPairSync } from "node:crypto";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";

/**
 * Starts `oidc-provider` with its default settings, a client and some people. Except for the subject, all claims are
 * at its userinfo endpoint (`conformIdTokenClaims`). `signIn` passes its login and consent as a browser would, and
 * returns the address to which the browser is redirected.
 */
export async function startDefaultIssuer({
  clientId,
  clientSecret,
  redirectUri,
}: {
  clientId: string;
  clientSecret: string;
  redirectUri: string;
}) {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  // The issuer's constructor needs the port, which is known only once the server listens.
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const provider = new Provider(origin, {
    clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri] }],
    jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256" }] },
    cookies: { keys: ["a-cookie-key-for-tests"] },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    findAccount: async (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: id, email_verified: true, name: "Grace Hopper" }),
    }),
  });
  const server = provider.listen(port, "localhost");
  await new Promise((resolve) => server.once("listening", resolve));
  return {
    origin,
    async signIn(url: string, login: string): Promise<string> {
      const jar = new Map<string, string>();
      let next: { url: string; body?: URLSearchParams } = { url };
      for (let step = 0; step < 20; step += 1) {
        const response = await fetch(next.url, {
          redirect: "manual",
          headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") },
          ...(next.body ? { method: "POST", body: next.body } : {}),
        });
        for (const cookie of response.headers.getSetCookie()) {
          const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
          jar.set(name, value);
        }
        const location = response.headers.get("location");
        if (location?.startsWith(redirectUri)) return location;
        if (location) next = { url: new URL(location, origin).href };
        else {
          const page = await response.text();
          const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1] ?? "login";
          const body = new URLSearchParams({ prompt, ...(prompt === "login" ? { login, password: "anything" } : {}) });
          next = { url: new URL(/action="([^"]+)"/.exec(page)?.[1] ?? "", origin).href, body };
        }
      }
      throw new Error("the issuer does not come to an end");
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function freePort(): Promise<number> {
  const { createServer } = await import("node:net");
  return new Promise((resolve) => {
    const server = createServer().listen(0, "localhost", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
