import { type KeyScope, keyScopes } from "@/server/access/key-scopes";
import { ipRange } from "../fields";
import type { KeySettings } from "../queries";
import type { Footprint } from "./queries";

/** Which of a key's settings a narrowing changes. */
export type Narrowed = Partial<Pick<KeySettings, "scopes" | "models" | "ipRanges">>;

const [mostModels, mostRanges] = [100, 50];

/**
 * Returns the settings that would leave a key no more than what it used: its scopes, models, and each address as a range of one. A setting
 * stays where the key used none, where it used more than a list can hold, and where it is as narrow as that.
 */
export function narrowedTo(
  used: Pick<Footprint, "kind" | "value">[],
  key: Pick<KeySettings, "scopes" | "models" | "ipRanges">,
): Narrowed {
  const of = (kind: Footprint["kind"]) => used.filter((one) => one.kind === kind).map(({ value }) => value);
  const known = new Set<string>(of("scope"));
  const scopes = keyScopes.filter((scope): scope is KeyScope => known.has(scope) && key.scopes.includes(scope));
  const models = of("model").toSorted();
  const ranges = of("address")
    .flatMap((address) => ipRange(address) ?? [])
    .toSorted();
  return {
    ...(scopes.length > 0 && scopes.length < key.scopes.length ? { scopes } : {}),
    ...(isNarrower(models, key.models, mostModels) ? { models } : {}),
    ...(isNarrower(ranges, key.ipRanges, mostRanges) ? { ipRanges: ranges } : {}),
  };
}

function isNarrower(used: string[], now: string[] | null, most: number): boolean {
  if (used.length === 0 || used.length > most) return false;
  return now === null || used.length !== now.length || used.some((value) => !now.includes(value));
}
