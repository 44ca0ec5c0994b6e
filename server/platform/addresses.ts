import { BlockList, isIP } from "node:net";

/** Addresses by their family: Node's own list would take IPv4 addresses for the IPv6 ones that they can be written as. */
export class AddressRanges {
  readonly #lists = { ipv4: new BlockList(), ipv6: new BlockList() };

  /** @param texts ranges in CIDR notation or single addresses. @throws when one of them is none */
  constructor(readonly texts: readonly string[]) {
    for (const text of texts) {
      const [address = "", bits, ...more] = text.split("/");
      const family = isIP(address) === 4 ? "ipv4" : "ipv6";
      if (more.length > 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits))) throw new Error("not a range");
      if (bits === undefined) this.#lists[family].addAddress(address, family);
      else this.#lists[family].addSubnet(address, Number(bits), family);
    }
  }

  /** Checks whether an address is in one of them. */
  has({ address, family }: PlainAddress): boolean {
    return this.#lists[family].check(address, family);
  }
}

type PlainAddress = { address: string; family: "ipv4" | "ipv6" };

/** Where a connection may lead to: never to `never`, not to `refused` but for what is in `ranges`, and everywhere else. */
export type AddressRules = { never: AddressRanges; refused: AddressRanges; ranges: AddressRanges };

/**
 * Returns an address as it is connected to: an IPv4 address that is written as an IPv6 one (`::ffff:10.0.0.1`, `::ffff:a00:1`), or that a
 * network with IPv6 alone translates (`64:ff9b::a00:1`), as IPv4, without a zone and without brackets. Undefined: it is no address.
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

/** Returns the eight groups of an IPv6 address, each without zeros before it. */
function groupsOf(address: string): string[] {
  // An address bar writes each in one form.
  const [head = "", tail] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split("::");
  const [before, after] = [head, tail ?? ""].map((part) => part.split(":").filter(Boolean)) as [string[], string[]];
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => "0"), ...after];
}

/** Returns the IPv4 address that two groups of an IPv6 address are. */
function ipv4Of([high = "0", low = "0"]: string[]): PlainAddress {
  const bytes = [high, low].flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]);
  return { address: bytes.join("."), family: "ipv4" };
}

/** Returns the IPv4 addresses that old tunnels and translators would make of an IPv6 address: at its end, or after 6to4's prefix. */
function tunnelledTo({ address, family }: PlainAddress): PlainAddress[] {
  if (family === "ipv4") return [];
  const groups = groupsOf(address);
  const start = groups.slice(0, 4).join(":");
  if (groups[0] === "2002") return [ipv4Of(groups.slice(1, 3))];
  return start === "0:0:0:0" || start.startsWith("64:ff9b:1:") ? [ipv4Of(groups.slice(6))] : [];
}

/** Checks whether a connection to an address is allowed. What is no address is not. */
export function isAddressAllowed(text: string, { never, refused, ranges }: AddressRules): boolean {
  const plain = plainAddress(text);
  if (!plain) return false;
  // This machine itself is at ::1, which is no tunnel to 0.0.0.1.
  if (never.has(plain) || (!loopback.has(plain) && tunnelledTo(plain).some((inner) => never.has(inner)))) return false;
  return ranges.has(plain) || !refused.has(plain);
}

const loopback = new AddressRanges(["::1"]);

/** Where clouds answer each machine about itself, and what a machine reaches without a router: never a model server. */
const never = new AddressRanges([
  ...["0.0.0.0/8", "169.254.0.0/16", "100.100.100.200", "168.63.129.16", "192.0.0.192", "224.0.0.0/4", "240.0.0.0/4"],
  ...["::", "fe80::/10", "fd00:ec2::/32", "fd20:ce::/32", "ff00::/8"],
]);

/** What is not the public internet: this machine, private networks, and IPv6 addresses that IPv4 addresses are written into. */
const notPublic = new AddressRanges([
  ...["10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24"],
  ...["192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"],
  // Of IPv6 only 2000::/3 is public; in it are tunnels and translations of IPv4, and examples.
  ...["::/3", "4000::/2", "8000::/1", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"],
]);

const none = new AddressRanges([]);

/** For addresses that operators enter: their own networks are allowed. */
export const operatorRules: AddressRules = { never, refused: none, ranges: none };

/** Returns what holds for addresses that members enter: the public internet, and the ranges that operators allow. @throws when one of these is none */
export function memberRules(ranges: readonly string[]): AddressRules {
  return { never, refused: notPublic, ranges: new AddressRanges(ranges) };
}

/** Checks whether a key may be sent to this address unencrypted: under the rules of members only in ranges that operators allow. */
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
