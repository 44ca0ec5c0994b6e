import { Resolver } from "node:dns/promises";
import { env } from "@/server/platform/env";

/** The result of a TXT lookup. `unreachable`: no name server responded in time, which says nothing about the record. */
export type Lookup = "found" | "missing" | "unreachable";

const timeoutMs = 2_000;
const tries = 2;

/** Returns the name of the record: a name of its own, so that it does not affect the domain's other records. */
export function recordName(domain: string): string {
  return `_atelier-challenge.${domain}`;
}

/** Returns the required value of the record. */
export function recordValue(challenge: string): string {
  return `atelier-domain-verification=${challenge}`;
}

/**
 * Looks up a domain's record, for at most 4 seconds. Only the exact value counts; other records with this name do not
 * matter.
 */
export async function lookUp(domain: string, challenge: string): Promise<Lookup> {
  const resolver = new Resolver({ timeout: timeoutMs, tries });
  const { DNS_SERVERS } = env();
  if (DNS_SERVERS.length > 0) resolver.setServers(DNS_SERVERS);
  const late = setTimeout(() => resolver.cancel(), timeoutMs * tries);
  try {
    const records = await resolver.resolveTxt(recordName(domain));
    return records.some((parts) => parts.join("") === recordValue(challenge)) ? "found" : "missing";
  } catch (error) {
    const { code } = error as { code?: string };
    return code === "ENOTFOUND" || code === "ENODATA" ? "missing" : "unreachable";
  } finally {
    clearTimeout(late);
  }
}
