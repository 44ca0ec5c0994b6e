import type { Db } from "@/db/client";
import { listsModel } from "@/server/access/model-list";
import { isWithin } from "../address-ranges";
import * as footprints from "../footprint/queries";
import type { KeySettings } from "../queries";
import * as impact from "./queries";

const looksBackDays = 30;
const mostNamed = 5;

/**
 * Says in a sentence what a change of a key's settings would have refused in the last 30 days; null: nothing. Calls are counted by what
 * the roll-ups have, models and routes; of scopes and addresses it is known that they were used, not how often.
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
  const calls = await impact.callsFor(db, workspaceId, keyId, lost.models);
  const parts = [
    lost.scopes.length > 0 && `calls with ${named("the scope", "the scopes", lost.scopes)}`,
    lost.models.length > 0 &&
      `${calls === 0 ? "calls" : calls === 1 ? "1 call" : `${calls.toLocaleString("en")} calls`} for ${named("the model", "the models", lost.models)}`,
    lost.addresses.length > 0 && `calls from ${named("the address", "the addresses", lost.addresses)}`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? null : `In the last 30 days this would have refused ${parts.join(", and ")}.`;
}

function named(one: string, several: string, names: string[]): string {
  const more = names.length - mostNamed;
  return `${names.length === 1 ? one : several} ${names.slice(0, mostNamed).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
