import type dns from "node:dns";
import { isIP } from "node:net";
import type { buildConnector } from "undici";
import { type AddressRules, isAddressAllowed } from "./addresses";

/** Thrown when a host has an address that may not be connected to. */
export class AddressRefused extends Error {
  override readonly name = "AddressRefused";
  readonly code = "ADDRESS_REFUSED";
}

export type Resolve = (hostname: string, options: { all: true; verbatim: true }) => Promise<dns.LookupAddress[]>;
export type Connector = (options: buildConnector.Options, callback: buildConnector.Callback) => void;

/**
 * Returns the addresses of a host. A host that is an address itself is not looked up.
 *
 * @throws AddressRefused when the host has no address, or one that is not allowed
 */
export async function resolveAllowed(
  hostname: string,
  rules: () => AddressRules,
  resolve: Resolve,
): Promise<[dns.LookupAddress, ...dns.LookupAddress[]]> {
  const family = isIP(hostname);
  const found = family ? [{ address: hostname, family }] : await resolve(hostname, { all: true, verbatim: true });
  const [first, ...others] = found;
  if (!first || found.some(({ address }) => !isAddressAllowed(address, rules())))
    throw new AddressRefused("an address that is not allowed");
  return [first, ...others];
}
