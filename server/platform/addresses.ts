import { BlockList, isIP } from "node:net";

/**
 * A set of address ranges. IPv4 and IPv6 are kept apart, because Node's `BlockList` would match IPv4 addresses against
 * IPv6 ranges.
 */
export class AddressRanges {
  readonly #lists = { ipv4: new BlockList(), ipv6: new BlockList() };

  /** @param texts ranges in CIDR notation or single addresses. @throws when a text is neither */
  constructor(readonly texts: readonly string[]) {
    for (const text of texts) {
      const [address = "", bits, ...more] = text.split("/");
      const family = isIP(address) === 4 ? "ipv4" : "ipv6";
      if (more.length > 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits))) throw new Error("not a range");
      if (bits === undefined) this.#lists[family].addAddress(address, family);
      else this.#lists[family].addSubnet(address, Number(bits), family);
    }
  }

  /** Checks whether an address is in one of the ranges. */
  has({ address, family }: PlainAddress): boolean {
    return this.#lists[family].check(address, family);
  }
}

type PlainAddress = { address: string; family: "ipv4" | "ipv6" };

/**
 * Which addresses may be connected to: never those in `never`; those in `refused` only if they are also in `ranges`;
 * all others.
 */
export type AddressRules = { never: AddressRanges; refused: AddressRanges; ranges: AddressRanges };

/**
 * Returns an address in its plain form, without zone and brackets. An IPv4 address written as IPv6 (`::ffff:10.0.0.1`,
 * `::ffff:a00:1`), or translated by NAT64 (`64:ff9b::a00:1`), becomes IPv4. Undefined: the text is not an address.
 */
export function plainAddress(text: string): PlainAddress | undefined {
  const address = text.replace(/^\[|\]$/g, "").replace(/%.*$/, "");
  const family = isIP(address);
  if (family === 0) return undefined;
  if (family === 4) return { address, family: "ipv4" };
  const groups = groupsOf(address);
  const start = groups.slice(0, 6).join(":");
  if (start === "0:0:0:0:0:ffff" || start === "64:ff9b:0:0:0:0") return ipv4Of(groups.slice(6));
  return { address, family: "ipv6" };
}

/** Returns the eight groups of an IPv6 address, without leading zeros. */
function groupsOf(address: string): string[] {
  // The URL parser writes every IPv6 address in one normal form.
  const [head = "", tail] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split("::");
  const [before, after] = [head, tail ?? ""].map((part) => part.split(":").filter(Boolean)) as [string[], string[]];
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => "0"), ...after];
}

/** Returns the IPv4 address that two groups of an IPv6 address encode. */
function ipv4Of([high = "0", low = "0"]: string[]): PlainAddress {
  const bytes = [high, low].flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]);
  return { address: bytes.join("."), family: "ipv4" };
}

/**
 * Returns the IPv4 addresses that old tunnels and translators could reach through an IPv6 address: the one after the
 * 6to4 prefix, or the one at its end.
 */
function tunnelledTo({ address, family }: PlainAddress): PlainAddress[] {
  if (family === "ipv4") return [];
  const groups = groupsOf(address);
  const start = groups.slice(0, 4).join(":");
  if (groups[0] === "2002") return [ipv4Of(groups.slice(1, 3))];
  return start === "0:0:0:0" || start.startsWith("64:ff9b:1:") ? [ipv4Of(groups.slice(6))] : [];
}

/** Checks whether a connection to an address is allowed. A text that is not an address is not allowed. */
export function isAddressAllowed(text: string, { never, refused, ranges }: AddressRules): boolean {
  const plain = plainAddress(text);
  if (!plain) return false;
  // `::1` is this machine, not a tunnel to 0.0.0.1.
  if (never.has(plain) || (!loopback.has(plain) && tunnelledTo(plain).some((inner) => never.has(inner)))) return false;
  return ranges.has(plain) || !refused.has(plain);
}

const loopback = new AddressRanges(["::1"]);

/** Cloud metadata services, and addresses that are reached without a router: never the address of a model server. */
const never = new AddressRanges([
  ...["0.0.0.0/8", "169.254.0.0/16", "100.100.100.200", "168.63.129.16", "192.0.0.192", "224.0.0.0/4", "240.0.0.0/4"],
  ...["::", "fe80::/10", "fd00:ec2::/32", "fd20:ce::/32", "ff00::/8"],
]);

/**
 * Addresses that are not on the public internet: this machine, private networks, and IPv6 addresses that contain IPv4
 * addresses.
 */
const notPublic = new AddressRanges([
  ...["10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24"],
  ...["192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"],
  // In IPv6 only 2000::/3 is public, except for its tunnels, IPv4 translations and example addresses.
  ...["::/3", "4000::/2", "8000::/1", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"],
]);

const none = new AddressRanges([]);

/** The rules for addresses that operators enter: private networks are allowed. */
export const operatorRules: AddressRules = { never, refused: none, ranges: none };

/**
 * Returns the rules for addresses that members enter: the public internet, and the ranges that operators allow.
 *
 * @throws when a text is not an address or a range
 */
export function memberRules(ranges: readonly string[]): AddressRules {
  return { never, refused: notPublic, ranges: new AddressRanges(ranges) };
}

/**
 * Checks whether a key may be sent to this address unencrypted: under the rules for members only in the ranges that
 * operators allow.
 */
export function isPlainAllowed(text: string, { refused, ranges }: AddressRules): boolean {
  const plain = plainAddress(text);
  return refused.texts.length === 0 || (plain !== undefined && ranges.has(plain));
}

/** Checks whether all texts are addresses or ranges in CIDR notation. */
export function areRanges(texts: string[]): boolean {
  try {
    return new AddressRanges(texts).texts.length === texts.length;
  } catch {
    return false;
  }
}
