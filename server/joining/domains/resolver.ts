import { Resolver } from "node:dns/promises";
import { env } from "@/server/platform/env";

/** The result of looking for a TXT record. `unreachable`: no name server answered in time, which says nothing about the record. */
export type Lookup = "found" | "missing" | "unreachable";

const timeoutMs = 2_000;
const tries = 2;

/** Returns where the record stands: under a name of its own, so that it disturbs no other record of the domain. */
export function recordName(domain: string): string {
  return `_atelier-challenge.${domain}`;
}

/** Returns what the record must say. */
export function recordValue(challenge: string): string {
  return `atelier-domain-verification=${challenge}`;
}

/** Looks for a domain's record, in 4 seconds at most. Only the exact value counts, whatever else stands there. */
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
