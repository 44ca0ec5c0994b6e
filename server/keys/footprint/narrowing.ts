import { type KeyScope, keyScopes } from "@/server/access/key-scopes";
import { listsModel } from "@/server/access/model-list";
import { ipRange } from "../fields";
import type { KeySettings } from "../queries";
import { beyond } from "../reach";
import type { Footprint } from "./queries";

/** The settings of a key that narrowing changes. */
export type Narrowed = Partial<Pick<KeySettings, "scopes" | "models" | "ipRanges">>;

const [mostModels, mostRanges] = [100, 50];

/**
 * Returns the settings that reduce a key to what it used: its scopes, models and addresses. The result never allows
 * more than the key may do now. A setting is left unchanged when the key used none of it, when it used more values
 * than a list can hold, and when it is that narrow already.
 */
export function narrowedTo(
  used: Pick<Footprint, "kind" | "value">[],
  key: Pick<KeySettings, "scopes" | "models" | "ipRanges">,
): Narrowed {
  const of = (kind: Footprint["kind"]) => used.filter((one) => one.kind === kind).map(({ value }) => value);
  const known = new Set<string>(of("scope"));
  const found = {
    scopes: keyScopes.filter((scope): scope is KeyScope => known.has(scope) && key.scopes.includes(scope)),
    models: of("model")
      .filter((model) => key.models === null || listsModel(key.models, model))
      .toSorted(),
    ipRanges: of("address")
      .flatMap((address) => ipRange(address) ?? [])
      .filter((range) => beyond({ ipRanges: [range] }, { ipRanges: key.ipRanges }).length === 0)
      .toSorted(),
  };
  return {
    ...(isNarrower(found.scopes, key.scopes, keyScopes.length) ? { scopes: found.scopes } : {}),
    ...(isNarrower(found.models, key.models, mostModels) ? { models: found.models } : {}),
    ...(isNarrower(found.ipRanges, key.ipRanges, mostRanges) ? { ipRanges: found.ipRanges } : {}),
  };
}

function isNarrower(used: readonly string[], now: readonly string[] | null, most: number): boolean {
  if (used.length === 0 || used.length > most) return false;
  return now === null || used.length !== now.length || used.some((value) => !now.includes(value));
}
