import { readJsonAnswer } from "@/server/platform/json/fetched";
import type { Claims } from "./address";

/** The endpoints of GitHub, which has no discovery document. */
export const gitHubMetadata = {
  issuer: "https://github.com/login/oauth",
  authorization_endpoint: "https://github.com/login/oauth/authorize",
  token_endpoint: "https://github.com/login/oauth/access_token",
};

type GitHubEmail = { email: string; primary: boolean; verified: boolean };

/**
 * Returns the person of an access token, in the claims of OpenID Connect. The verified addresses come from another
 * endpoint than the profile.
 */
export async function askGitHub(accessToken: string): Promise<Claims> {
  const ask = async (path: string): Promise<unknown> => {
    const response = await fetch(`https://api.github.com${path}`, {
      headers: {
        authorization: `Bearer ${accessToken}`,
        accept: "application/vnd.github+json",
        "user-agent": "atelier",
      },
      signal: AbortSignal.timeout(10_000),
    });
    if (!response.ok) throw new Error(`GitHub answered ${response.status}`);
    return readJsonAnswer(response);
  };
  const [{ id, name }, emails] = await Promise.all([
    ask("/user") as Promise<{ id: number; name?: string }>,
    ask("/user/emails") as Promise<GitHubEmail[]>,
  ]);
  const primary = emails.find((each) => each.primary);
  return { sub: String(id), name, email: primary?.email, email_verified: primary?.verified === true };
}
