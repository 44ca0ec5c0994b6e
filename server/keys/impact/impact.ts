import type { Db } from "@/db/client";
import { scopesOf } from "@/server/access/key-scopes";
import { listsModel } from "@/server/access/model-list";
import { inTheLast } from "@/server/usage/of-late/days";
import * as ofLate from "@/server/usage/of-late/queries";
import { isWithin } from "../address-ranges";
import * as footprints from "../footprint/queries";
import type { KeySettings } from "../queries";

const looksBackDays = 30;
const mostNamed = 5;

/**
 * Returns a sentence that says which calls of the last 30 days a change of settings would have refused; null: none.
 * Calls to models and routes are counted from the roll-ups, calls by scope from the ledger. For scopes that need no
 * model and for addresses, only their use is known and not the number of calls.
 */
export async function wouldRefuse(
  db: Db,
  workspaceId: string,
  keyId: string,
  { scopes, models, ipRanges }: Partial<KeySettings>,
): Promise<string | null> {
  if (!scopes && !models && !ipRanges) return null;
  const used = await footprints.list(db, workspaceId, keyId, looksBackDays);
  const of = (kind: footprints.Footprint["kind"], isLost: (value: string) => boolean) =>
    used.filter((each) => each.kind === kind && isLost(each.value)).map(({ value }) => value);
  const lost = {
    scopes: scopes ? of("scope", (scope) => !(scopes as string[]).includes(scope)) : [],
    models: models ? of("model", (name) => !listsModel(models, name)) : [],
    addresses: ipRanges ? of("address", (address) => !isWithin(address, ipRanges)) : [],
  };
  const [forModels, scoped] = await Promise.all([
    lost.models.length > 0 ? ofLate.forNames(db, workspaceId, keyId, lost.models) : null,
    lost.scopes.length > 0 ? ofLate.byOperation(db, workspaceId, keyId) : null,
  ]);
  const withScopes = scoped?.rows
    .filter(({ operation }) => scopesOf(operation).some((scope) => lost.scopes.includes(scope)))
    .reduce((sum, row) => sum + row.calls, 0);
  const parts = [
    lost.scopes.length > 0 && `${countOf(withScopes)} with ${named("the scope", "the scopes", lost.scopes)}`,
    lost.models.length > 0 && `${countOf(forModels?.calls)} for ${named("the model", "the models", lost.models)}`,
    lost.addresses.length > 0 && `calls from ${named("the address", "the addresses", lost.addresses)}`,
  ].filter((part) => part !== false);
  if (parts.length === 0) return null;
  const days = Math.min(forModels?.days ?? looksBackDays, scoped?.days ?? looksBackDays);
  return `${inTheLast(days)} this would have refused ${parts.join(", and ")}.`;
}

/**
 * Returns a number of calls in words. Without a number it says only "calls", since it is known that there were some.
 */
function countOf(calls = 0): string {
  return calls === 0 ? "calls" : calls === 1 ? "1 call" : `${calls.toLocaleString("en")} calls`;
}

function named(one: string, several: string, names: string[]): string {
  const more = names.length - mostNamed;
  return `${names.length === 1 ? one : several} ${names.slice(0, mostNamed).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
