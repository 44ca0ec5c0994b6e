import type { NextAuthConfig, Profile } from "next-auth";
import GitHub from "next-auth/providers/github";
import Google from "next-auth/providers/google";
import { emailAddress } from "@/server/api/input";
import { env } from "@/server/platform/env";

export type ProviderId = "github" | "google" | "oidc";

/** The providers that are switched on, by what their buttons say. */
export function listProviders(): { id: ProviderId; name: string }[] {
  const { AUTH_GITHUB_ID, AUTH_GOOGLE_ID, AUTH_OIDC_ID, AUTH_OIDC_NAME } = env();
  return [
    ...(AUTH_GITHUB_ID ? [{ id: "github" as const, name: "GitHub" }] : []),
    ...(AUTH_GOOGLE_ID ? [{ id: "google" as const, name: "Google" }] : []),
    ...(AUTH_OIDC_ID ? [{ id: "oidc" as const, name: AUTH_OIDC_NAME }] : []),
  ];
}

/** The same, as Auth.js wants them: with PKCE, state, and where there is one a nonce. */
export function providerConfigs(): NextAuthConfig["providers"] {
  const values = env();
  return [
    ...(values.AUTH_GITHUB_ID ? [github(values.AUTH_GITHUB_ID, values.AUTH_GITHUB_SECRET)] : []),
    ...(values.AUTH_GOOGLE_ID
      ? [Google({ clientId: values.AUTH_GOOGLE_ID, clientSecret: values.AUTH_GOOGLE_SECRET ?? "", profile: person })]
      : []),
    ...(values.AUTH_OIDC_ID
      ? [
          {
            id: "oidc",
            name: values.AUTH_OIDC_NAME,
            type: "oidc" as const,
            issuer: values.AUTH_OIDC_ISSUER ?? "",
            clientId: values.AUTH_OIDC_ID,
            clientSecret: values.AUTH_OIDC_SECRET ?? "",
            authorization: { params: { scope: "openid email profile" } },
            checks: ["pkce", "state", "nonce"] as ("pkce" | "state" | "nonce")[],
            profile: person,
          },
        ]
      : []),
  ];
}

/**
 * The address a provider vouches for, the way we store addresses, or null. An address that somebody merely typed at the
 * provider is worth nothing: it may be anybody's.
 */
export function vouchedAddress(profile: Profile | undefined): string | null {
  if (profile?.email_verified !== true) return null;
  const parsed = emailAddress.safeParse(profile.email);
  return parsed.success ? parsed.data : null;
}

/** Whom a provider speaks of. An address that it does not vouch for is left out, so that no account can begin with one. */
function person(profile: Profile) {
  return { id: String(profile.sub ?? profile.id), name: profile.name ?? null, email: vouchedAddress(profile) };
}

type GitHubEmail = { email: string; primary: boolean; verified: boolean };

/** GitHub says in another place than the profile whether it has verified an address. */
function github(clientId: string, clientSecret = "") {
  return GitHub({
    clientId,
    clientSecret,
    profile: (profile) => person(profile as unknown as Profile),
    userinfo: {
      url: "https://api.github.com/user",
      async request({ tokens }: { tokens: { access_token?: string } }) {
        const ask = async (path: string) => {
          const response = await fetch(`https://api.github.com${path}`, {
            headers: {
              authorization: `Bearer ${tokens.access_token}`,
              accept: "application/vnd.github+json",
              "user-agent": "atelier",
            },
            signal: AbortSignal.timeout(10_000),
          });
          if (!response.ok) throw new Error(`GitHub answered ${response.status}`);
          return response.json();
        };
        const [profile, emails] = await Promise.all([ask("/user"), ask("/user/emails") as Promise<GitHubEmail[]>]);
        const primary = emails.find((each) => each.primary);
        return { ...profile, email: primary?.email ?? null, email_verified: primary?.verified === true };
      },
    },
  });
}
