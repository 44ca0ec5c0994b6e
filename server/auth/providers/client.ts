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
 * A provider's answer about the person who has signed in there, from the ID token or the SAML assertion; `askMore`
 * requests more claims. `shown`: the claims as they were sent, where `claims` are derived from them. `session`: the
 * provider's own id of the person's session.
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

/** Returns the address at which a provider reports that a person has signed out there. */
export function logoutUri({ id }: Pick<ProviderSettings, "id">): string {
  return `${env().APP_URL}/api/auth/logout/${id}`;
}

/**
 * Returns the address where a browser signs in at a provider.
 *
 * @throws errors of openid-client or the network; `failureOf` turns them into a ProviderFailure
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
 * Exchanges the code with which the browser came back for the person who has signed in. Verifies the signature, issuer,
 * audience, times and nonce of the ID token; refuses a subject that the userinfo endpoint contradicts.
 *
 * @param search the query of the address to which the provider sent the browser
 * @throws errors of openid-client or the network; `failureOf` turns them into a ProviderFailure
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
      // The provider may have changed its keys, and the library fetches new ones only after one to five minutes.
      // Forgetting the client makes the next sign-in fetch them at once.
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

/** The key sets by client. The client is created anew each hour and when settings change. */
const knownKeys = new WeakMap<oidc.Configuration, ReturnType<typeof createRemoteJWKSet>>();

/**
 * Returns what is needed to verify tokens that a provider signs: its issuer, as it writes it, and its keys. The keys
 * are fetched when they are first needed, and again for an unknown key, at most every 30 seconds.
 *
 * @throws errors of openid-client or the network
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

/** Checks whether a token could not be verified because its key is not among the known ones or has changed. */
function isAboutKeys(error: unknown): boolean {
  for (let each = error; each instanceof Error; each = each.cause)
    if ("code" in each && ["OAUTH_KEY_SELECTION_FAILED", "OAUTH_INVALID_RESPONSE"].includes(String(each.code)))
      return true;
  return false;
}

/** The clients by provider id; `of`: the settings with which each was created. */
const known = new Map<string, { at: number; of: string; config: Promise<oidc.Configuration> }>();

/**
 * Returns the client for a provider. Its discovery document is kept for an hour or until the settings change; failures
 * are not kept.
 */
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
 * Checks that a provider's discovery document can be read and contains usable addresses.
 *
 * @throws errors of openid-client or the network; `failureOf` turns them into a ProviderFailure
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
    // Issuers with a slash at the end are often written without it, and the other way round.
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

/** Returns a `fetch` that allows http to an issuer on a private network, but not to any other host. */
async function protectedFetch(url: string, options: oidc.CustomFetchOptions): Promise<Response> {
  if (!isProtected(url)) throw new Error("an endpoint of the provider is neither https nor on a private network");
  return fetch(url, { ...options, cache: "no-store" } as RequestInit);
}

const guard = { rules: () => operatorRules };

/**
 * Returns the same for a provider that was added in the interface: every address that it connects to is checked, as for
 * a model provider.
 */
async function guardedProtectedFetch(url: string, options: oidc.CustomFetchOptions): Promise<Response> {
  if (!isProtected(url)) throw new Error("an endpoint of the provider is neither https nor on a private network");
  const { status, headers, body } = await guardedFetch(url, guard, options as RequestInit);
  // openid-client and `failureOf` do not recognise undici's own Response class.
  return new Response(body, { status, headers: [...headers] });
}

const authentications: Record<ClientAuthentication, (secret: string) => oidc.ClientAuth> = {
  client_secret_basic: oidc.ClientSecretBasic,
  client_secret_post: oidc.ClientSecretPost,
  client_secret_jwt: oidc.ClientSecretJwt,
};

/**
 * Returns how the client authenticates: as configured, or by the first supported method in the provider's discovery
 * document.
 */
function authentication({ clientSecret, clientAuthentication, protocol }: ProviderSettings): oidc.ClientAuth {
  const wanted = protocol === "github" ? "client_secret_post" : clientAuthentication;
  if (clientSecret === "")
    throw new Error("the client secret cannot be read since AUTH_SECRET was changed: enter it again");
  return (server, client, body, headers) => {
    // OpenID Connect Discovery 1.0 defines this default for a provider that lists no methods.
    const offered = server.token_endpoint_auth_methods_supported ?? ["client_secret_basic"];
    const ways = Object.keys(authentications) as ClientAuthentication[];
    const way = wanted ?? ways.find((each) => offered.includes(each));
    if (!way) throw new Error("the provider offers no way to authenticate with a secret");
    return authentications[way](clientSecret)(server, client, body, headers);
  };
}
