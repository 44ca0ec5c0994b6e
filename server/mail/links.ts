import { env } from "@/server/platform/env";

/** Returns the public address of a path. Every link in every mail comes from here, so none can come from a request's headers. */
export function link(path: `/${string}`, query: Record<string, string> = {}): string {
  const url = new URL(path, env().APP_URL);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}

/** Returns where this Atelier lives, such as "https://atelier.acme.com". */
export const linkOrigin = () => link("/").replace(/\/$/, "");
