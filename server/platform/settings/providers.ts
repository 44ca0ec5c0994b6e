import { z } from "zod";
import { isProtected } from "../private-network";
import { readJsonSetting } from "./json";

type CommonSettings = {
  /**
   * Part of the redirect URI, `/api/auth/callback/ID`, and of the accounts that it links. It must never be given to
   * another provider later.
   */
  id: string;
  /** The name on its button, after "Continue with". */
  name: string;
  issuer: string;
  clientId: string;
  /** Whether an address counts as verified even if the provider does not say so. */
  trustEmail: boolean;
  /** The claim that contains the e-mail address. */
  emailClaim: string;
};

/** A sign-in provider that speaks SAML 2.0. `issuer` is its entity ID, `clientId` ours. */
export type SamlSettings = CommonSettings & {
  protocol: "saml";
  /** The address to which a browser is sent to sign in. */
  signInUrl: string;
  /** The certificates of its signing keys, as PEM. */
  certificates: string[];
  /** The attribute that identifies a person; null: the NameID. */
  subjectClaim: string | null;
  signsRequests: boolean;
  /** The address to which a browser returns after it has delivered the provider's logout request; null: none. */
  signOutUrl: string | null;
  /** The variable that configures it; undefined: an operator added it. */
  setBy?: string;
};

/** A sign-in provider of any kind. */
export type AnyProvider = ProviderSettings | SamlSettings;

/** A sign-in provider as it is configured. */
export type ProviderSettings = CommonSettings & {
  /** GitHub speaks OAuth 2.0 without OpenID Connect. */
  protocol: "oidc" | "github";
  clientSecret: string;
  scope: string;
  /** How the client authenticates; undefined: by the method in the provider's discovery document. */
  clientAuthentication?: ClientAuthentication | undefined;
  /** The variable that configures it; undefined: an operator added it, and connections to it are guarded. */
  setBy?: string;
};

export const clientAuthentications = ["client_secret_basic", "client_secret_post", "client_secret_jwt"] as const;
export type ClientAuthentication = (typeof clientAuthentications)[number];

export const oidcScope = "openid email profile";
/** `email` is the id of sign-in links in callbacks; the others have their own variables. */
const reservedIds = ["email", "github", "google"];

/**
 * Parses the id of a provider in the environment. A UUID is refused: it could be the id of an operator's provider, and
 * would then sign in to that provider's accounts.
 */
export const providerId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/)
  .refine((id) => !reservedIds.includes(id) && !/^[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}$/.test(id));

const provider = z.strictObject({
  id: providerId,
  name: z.string().trim().min(1).max(40),
  issuer: z.url({ protocol: /^https?$/ }).refine(isProtected),
  clientId: z.string().min(1).max(400),
  clientSecret: z.string().min(1).max(2_000),
  scope: z
    .string()
    .regex(/^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/)
    .refine((scope) => scope.split(" ").includes("openid"))
    .default(oidcScope),
  trustEmail: z.boolean().default(false),
  emailClaim: z
    .string()
    .regex(/^[\x21-\x7e]{1,80}$/)
    .default("email"),
  clientAuthentication: z.enum(clientAuthentications).optional(),
});

const list = z
  .array(provider)
  .max(20)
  .refine((providers) => new Set(providers.map(({ id }) => id)).size === providers.length);

/**
 * Returns the configured sign-in providers in the order of their buttons: GitHub, Google, the one of AUTH_OIDC_…, then
 * those in AUTH_OIDC_PROVIDERS or the file that AUTH_OIDC_PROVIDERS_FILE names. A complaint is a sentence that begins
 * with the variable's name and repeats no value.
 */
export function readProviders(variables: Record<string, string | undefined>): {
  providers: ProviderSettings[];
  complaints: string[];
} {
  const { AUTH_OIDC_ISSUER, AUTH_OIDC_ID, AUTH_OIDC_SECRET, AUTH_OIDC_NAME, AUTH_OIDC_TRUST_EMAIL } = variables;
  const { AUTH_GITHUB_ID, AUTH_GITHUB_SECRET, AUTH_GOOGLE_ID, AUTH_GOOGLE_SECRET } = variables;
  const usual = { trustEmail: false, emailClaim: "email" };
  const providers: ProviderSettings[] = [];
  const complaints: string[] = [];
  if (AUTH_GITHUB_ID && AUTH_GITHUB_SECRET)
    providers.push({
      ...{ ...usual, id: "github", name: "GitHub", protocol: "github", issuer: "https://github.com/login/oauth" },
      ...{ clientId: AUTH_GITHUB_ID, clientSecret: AUTH_GITHUB_SECRET, scope: "read:user user:email" },
      setBy: "AUTH_GITHUB_ID",
    });
  if (AUTH_GOOGLE_ID && AUTH_GOOGLE_SECRET)
    providers.push({
      ...{ ...usual, id: "google", name: "Google", protocol: "oidc", issuer: "https://accounts.google.com" },
      ...{ clientId: AUTH_GOOGLE_ID, clientSecret: AUTH_GOOGLE_SECRET, scope: oidcScope },
      setBy: "AUTH_GOOGLE_ID",
    });
  if (AUTH_OIDC_ISSUER && AUTH_OIDC_ID && AUTH_OIDC_SECRET) {
    providers.push({
      ...{ ...usual, id: "oidc", name: AUTH_OIDC_NAME ?? "single sign-on", protocol: "oidc", scope: oidcScope },
      ...{ issuer: AUTH_OIDC_ISSUER, clientId: AUTH_OIDC_ID, clientSecret: AUTH_OIDC_SECRET },
      trustEmail: AUTH_OIDC_TRUST_EMAIL === "true",
      setBy: "AUTH_OIDC_ISSUER",
    });
    if (AUTH_OIDC_TRUST_EMAIL === "true" && isSharedIssuer(AUTH_OIDC_ISSUER))
      complaints.push(`AUTH_OIDC_TRUST_EMAIL ${sharedComplaint}`);
  }
  const setting = readJsonSetting(variables, "AUTH_OIDC_PROVIDERS");
  if (!setting) return { providers, complaints };
  if (setting.complaint !== undefined) return { providers, complaints: [...complaints, setting.complaint] };
  const { name, json } = setting;
  const parsed = list.safeParse(json);
  if (!parsed.success)
    return {
      providers,
      complaints: [...complaints, ...parsed.error.issues.map((issue) => `${name} ${complaintOf(issue)}`)],
    };
  for (const [index, each] of parsed.data.entries()) {
    if (providers.some(({ id }) => id === each.id))
      complaints.push(`${name} provider ${index + 1} has the id of AUTH_OIDC_ID's: choose another`);
    if (each.emailClaim !== "email" && !each.trustEmail)
      complaints.push(`${name} provider ${index + 1} has an emailClaim: that needs trustEmail, nothing verifies it`);
    if (each.trustEmail && isSharedIssuer(each.issuer))
      complaints.push(`${name} provider ${index + 1} ${sharedComplaint}`);
    providers.push({ ...each, protocol: "oidc", setBy: name });
  }
  return { providers, complaints };
}

/**
 * Checks whether an issuer serves many tenants. Any organization can use it, and its administrators can set any e-mail
 * address.
 */
export function isSharedIssuer(issuer: string): boolean {
  if (!URL.canParse(issuer)) return false;
  const { hostname, pathname } = new URL(issuer);
  return (
    hostname === "accounts.google.com" ||
    (hostname === "login.microsoftonline.com" && /^\/(common|organizations|consumers)(\/|$)/i.test(pathname))
  );
}

const sharedComplaint = "must not trust the addresses of an issuer that is open to all tenants: name your own";

/** Returns where the mistake is, but never the value, since a secret may have been written in the wrong place. */
function complaintOf({ path, code }: z.core.$ZodIssue): string {
  const [index, ...within] = path;
  if (typeof index !== "number") return "must be a list of at most 20 providers with different ids";
  if (code === "unrecognized_keys" || within.length === 0)
    return `provider ${index + 1} may have ${Object.keys(provider.shape).join(", ")}, and nothing else`;
  if (within[0] === "issuer")
    return `provider ${index + 1} has no usable issuer: https, or http on this machine or a private network`;
  return `provider ${index + 1} has no usable ${String(within[0])}`;
}
