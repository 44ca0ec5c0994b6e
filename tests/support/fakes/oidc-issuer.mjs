// A real OpenID Connect issuer for the browser tests (node tests/support/fakes/oidc-issuer.mjs PORT REDIRECT_URI). The name
// typed on its login page is the person's address; it is verified unless the name says otherwise.
// With the library's default settings, all claims except the subject are only at its userinfo endpoint.
import { generateKeyPairSync } from "node:crypto";
import Provider from "oidc-provider";

const [port, redirectUri] = process.argv.slice(2);
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

const provider = new Provider(`http://localhost:${port}`, {
  clients: [
    {
      client_id: "atelier",
      client_secret: "a-client-secret-for-tests",
      redirect_uris: [redirectUri],
      grant_types: ["authorization_code"],
      response_types: ["code"],
    },
  ],
  jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256" }] },
  cookies: { keys: ["a-cookie-key-for-tests"] },
  pkce: { required: () => true },
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  features: { devInteractions: { enabled: true } },
  async findAccount(_, id) {
    return {
      accountId: id,
      claims: () => ({
        sub: id,
        email: id.replace(/^unverified-/, ""),
        email_verified: !id.startsWith("unverified-"),
        name: "Grace Hopper",
      }),
    };
  },
});
provider.listen(Number(port), "127.0.0.1");
