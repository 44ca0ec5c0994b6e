import type dns from "node:dns";
import { isIP } from "node:net";
import type { buildConnector } from "undici";
import { type AddressRules, isAddressAllowed } from "./addresses";

/** A host has an address that may not be connected to. */
export class AddressRefused extends Error {
  override readonly name = "AddressRefused";
  readonly code = "ADDRESS_REFUSED";
}

export type Resolve = (hostname: string, options: { all: true; verbatim: true }) => Promise<dns.LookupAddress[]>;
export type Connector = (options: buildConnector.Options, callback: buildConnector.Callback) => void;

/** Returns the addresses of a host, or of one that is an address. @throws AddressRefused when one of them is not allowed, or there is none */
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
