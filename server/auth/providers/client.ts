import { createRemoteJWKSet, customFetch } from "jose";
import * as oidc from "openid-client";
import { operatorRules } from "@/server/platform/addresses";
import { env } from "@/server/platform/env";
import { guardedFetch } from "@/server/platform/guarded-connections";
import { isProtected } from "@/server/platform/private-network";
import type { ClientAuthentication, ProviderSettings } from "@/server/platform/settings/providers";
import type { Claims } from "./address";
import { skewMs } from "./clock";
import { askGitHub, gitHubMetadata } from "./github";

const answerSeconds = 10;
const freshMs = 60 * 60_000;

/** The values that must come back from a provider with the browser. Only the browser that was sent there has them. */
export type Checks = { state: string; nonce: string; verifier: string };

/**
 * What a provider says of who has signed in there: by the ID token or the SAML assertion, and more when it is asked. `shown`: as it was sent, where the claims
 * are made of it. `session`: what it calls the person's session there.
 */
export type ProviderAnswer = {
  subject: string;
  claims: Claims;
  shown?: Claims;
  session?: string | null;
  askMore: () => Promise<Claims>;
};

export function newChecks(): Checks {
  return { state: oidc.randomState(), nonce: oidc.randomNonce(), verifier: oidc.randomPKCECodeVerifier() };
}

export function redirectUri({ id }: Pick<ProviderSettings, "id">): string {
  return `${env().APP_URL}/api/auth/callback/${id}`;
}

/** Returns where a provider says that a person has signed out there. */
export function logoutUri({ id }: Pick<ProviderSettings, "id">): string {
  return `${env().APP_URL}/api/auth/logout/${id}`;
}

/**
 * Returns where a browser signs in at a provider.
 *
 * @throws what openid-client or the network throws; `failureOf` makes a ProviderFailure of it
 */
export async function authorizationUrl(
  settings: ProviderSettings,
  { state, nonce, verifier }: Checks,
): Promise<string> {
  const config = await configuration(settings);
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri(settings),
    scope: settings.scope,
    response_type: "code",
    state,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    ...(settings.protocol === "oidc" ? { nonce } : {}),
  });
  if (!isProtected(url.href)) throw new Error("the authorization endpoint is neither https nor on a private network");
  return url.href;
}

/**
 * Exchanges what the browser came back with for who has signed in. The ID token's signature, issuer, audience, times and
 * nonce are verified; a subject that the userinfo endpoint contradicts is refused.
 *
 * @param search the query of the address that the provider sent the browser to
 * @throws what openid-client or the network throws; `failureOf` makes a ProviderFailure of it
 */
export async function askProvider(settings: ProviderSettings, search: string, checks: Checks): Promise<ProviderAnswer> {
  const config = await configuration(settings);
  const isOidc = settings.protocol === "oidc";
  const tokens = await oidc
    .authorizationCodeGrant(config, new URL(redirectUri(settings) + search), {
      expectedState: checks.state,
      pkceCodeVerifier: checks.verifier,
      ...(isOidc ? { expectedNonce: checks.nonce, idTokenExpected: true } : {}),
    })
    .catch((error: unknown) => {
      // The provider may have other keys by now, which the library asks for after a minute to five: the next sign-in asks for them at once.
      if (isAboutKeys(error)) known.delete(settings.id);
      throw error;
    });
  if (!isOidc) {
    const claims = await askGitHub(tokens.access_token);
    return { subject: String(claims.sub), claims, askMore: async () => ({}) };
  }
  const claims = tokens.claims();
  if (!claims) throw new Error("there is no ID token");
  return {
    subject: claims.sub,
    claims,
    session: typeof claims.sid === "string" && claims.sid.length <= 1_000 ? claims.sid : null,
    askMore: async () =>
      config.serverMetadata().userinfo_endpoint ? oidc.fetchUserInfo(config, tokens.access_token, claims.sub) : {},
  };
}

/** By the client, which is made anew each hour and with other settings. */
const knownKeys = new WeakMap<oidc.Configuration, ReturnType<typeof createRemoteJWKSet>>();

/**
 * Returns what a provider's own tokens are verified with: its issuer, as it writes it, and its keys. They are fetched when they are needed, and anew at most
 * every half a minute for a key that is not among them.
 *
 * @throws what openid-client or the network throws
 */
export async function signingKeys(settings: ProviderSettings) {
  const config = await configuration(settings);
  const { issuer, jwks_uri: address } = config.serverMetadata();
  if (!address) throw new Error("the provider names no address of its keys");
  const found = knownKeys.get(config);
  if (found) return { issuer, keys: found };
  const get = settings.setBy === undefined ? guardedProtectedFetch : protectedFetch;
  const keys = createRemoteJWKSet(new URL(address), {
    timeoutDuration: answerSeconds * 1_000,
    [customFetch]: (url, { headers, signal }) =>
      get(url, { headers: Object.fromEntries(headers), method: "GET", redirect: "manual", signal, body: null }),
  });
  knownKeys.set(config, keys);
  return { issuer, keys };
}

/** Checks whether a token was signed with a key that is not among those which are known, or not with the one of that name. */
function isAboutKeys(error: unknown): boolean {
  for (let each = error; each instanceof Error; each = each.cause)
    if ("code" in each && ["OAUTH_KEY_SELECTION_FAILED", "OAUTH_INVALID_RESPONSE"].includes(String(each.code)))
      return true;
  return false;
}

/** By the provider's id; `of`: the settings that it was made with. */
const known = new Map<string, { at: number; of: string; config: Promise<oidc.Configuration> }>();

/** Returns the client for a provider; what the provider says of itself is remembered for an hour or until its settings change, its failure to is not. */
function configuration(settings: ProviderSettings): Promise<oidc.Configuration> {
  const of = JSON.stringify(settings);
  const found = known.get(settings.id);
  if (found?.of === of && performance.now() - found.at < freshMs) return found.config;
  const entry = { at: performance.now(), of, config: discover(settings) };
  known.set(settings.id, entry);
  entry.config.catch(() => known.get(settings.id) === entry && known.delete(settings.id));
  return entry.config;
}

/**
 * Checks that a provider's discovery document can be read and leads to addresses that can be used.
 *
 * @throws what openid-client or the network throws; `failureOf` makes a ProviderFailure of it
 */
export async function checkIssuer(settings: ProviderSettings): Promise<void> {
  const metadata = (await discover(settings)).serverMetadata();
  for (const address of [metadata.authorization_endpoint, metadata.token_endpoint, metadata.jwks_uri])
    if (!address || !isProtected(address)) throw new Error("an endpoint of the provider is missing or unprotected");
}

async function discover(settings: ProviderSettings): Promise<oidc.Configuration> {
  if (settings.protocol === "github") {
    const config = new oidc.Configuration(gitHubMetadata, settings.clientId, undefined, authentication(settings));
    config.timeout = answerSeconds;
    return config;
  }
  const issuer = new URL(settings.issuer);
  try {
    return await discoverAt(issuer, settings);
  } catch (error) {
    // Issuers with a slash at their end are often written without one, and the other way round.
    if ((error as { code?: string }).code !== "OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED" || issuer.pathname === "/")
      throw error;
    issuer.pathname = issuer.pathname.endsWith("/") ? issuer.pathname.slice(0, -1) : `${issuer.pathname}/`;
    return discoverAt(issuer, settings).catch(() => Promise.reject(error));
  }
}

const tolerance = { [oidc.clockTolerance]: skewMs / 1_000 };

function discoverAt(issuer: URL, settings: ProviderSettings): Promise<oidc.Configuration> {
  return oidc.discovery(issuer, settings.clientId, tolerance, authentication(settings), {
    timeout: answerSeconds,
    [oidc.customFetch]: settings.setBy === undefined ? guardedProtectedFetch : protectedFetch,
    execute: [...(issuer.protocol === "http:" ? [oidc.allowInsecureRequests] : []), oidc.enableNonRepudiationChecks],
  });
}

/** Returns a `fetch` that allows http to an issuer on a private network, but not to any host that it leads to. */
async function protectedFetch(url: string, options: oidc.CustomFetchOptions): Promise<Response> {
  if (!isProtected(url)) throw new Error("an endpoint of the provider is neither https nor on a private network");
  return fetch(url, { ...options, cache: "no-store" } as RequestInit);
}

const guard = { rules: () => operatorRules };

/** Returns the same for a provider that was added in the interface: every address that is connected to is checked, as a model provider's is. */
async function guardedProtectedFetch(url: string, options: oidc.CustomFetchOptions): Promise<Response> {
  if (!isProtected(url)) throw new Error("an endpoint of the provider is neither https nor on a private network");
  const { status, headers, body } = await guardedFetch(url, guard, options as RequestInit);
  // undici's own kind of response is not the one that openid-client and `failureOf` know.
  return new Response(body, { status, headers: [...headers] });
}

const authentications: Record<ClientAuthentication, (secret: string) => oidc.ClientAuth> = {
  client_secret_basic: oidc.ClientSecretBasic,
  client_secret_post: oidc.ClientSecretPost,
  client_secret_jwt: oidc.ClientSecretJwt,
};

/** Shows who the client is as configured, or in the first way that the provider's discovery document offers. */
function authentication({ clientSecret, clientAuthentication, protocol }: ProviderSettings): oidc.ClientAuth {
  const wanted = protocol === "github" ? "client_secret_post" : clientAuthentication;
  if (clientSecret === "")
    throw new Error("the client secret cannot be read since AUTH_SECRET was changed: enter it again");
  return (server, client, body, headers) => {
    // By OpenID Connect Discovery 1.0, one that says nothing takes this.
    const offered = server.token_endpoint_auth_methods_supported ?? ["client_secret_basic"];
    const ways = Object.keys(authentications) as ClientAuthentication[];
    const way = wanted ?? ways.find((each) => offered.includes(each));
    if (!way) throw new Error("the provider offers no way to authenticate with a secret");
    return authentications[way](clientSecret)(server, client, body, headers);
  };
}
