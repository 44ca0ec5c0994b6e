import { BlockList, isIP } from "node:net";
import { log } from "@/server/platform/log";

// While a key is remembered, its ranges are the same array.
const lists = new WeakMap<string[], BlockList>();

/**
 * Checks whether an address is in one of these ranges (CIDR notation or single addresses). With null as ranges, every
 * address is allowed. A range that cannot be parsed contains no address.
 */
export function isWithin(address: string | undefined, ranges: string[] | null): boolean {
  if (ranges === null) return true;
  const family = isIP(address ?? "");
  if (address === undefined || family === 0) return false;
  const list = lists.get(ranges) ?? listOf(ranges);
  lists.set(ranges, list);
  return list.check(address, family === 4 ? "ipv4" : "ipv6");
}

function listOf(ranges: string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = "", bits] = range.split("/", 2);
    const family = isIP(address) === 4 ? "ipv4" : "ipv6";
    try {
      if (bits === undefined) list.addAddress(address, family);
      else list.addSubnet(address, /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN, family);
    } catch {
      log.warn("a key has a range of addresses that cannot be read");
    }
  }
  return list;
}
