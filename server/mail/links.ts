import { env } from "@/server/platform/env";

/**
 * Returns the public URL of a path. Every link in every mail is made here, so the headers of a request cannot change
 * it.
 */
export function link(path: `/${string}`, query: Record<string, string> = {}): string {
  const url = new URL(path, env().APP_URL);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}

/** Returns the origin of this Atelier, such as "https://atelier.acme.com". */
export const linkOrigin = () => link("/").replace(/\/$/, "");
