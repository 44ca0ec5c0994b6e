import { isRouteId } from "@/server/access/route-ids";
import { offeredId } from "@/server/model-servers/base-names";
import type { BaseModel } from "@/server/model-servers/cards";
import { baseRetirementOf, baseRetirements, retiredUnder } from "@/server/models/base-retirement/kept";
import { retirementOf } from "@/server/models/retirement/cache";
import type { Retirement } from "@/server/models/retirement/queries";

/**
 * Returns the announced end of a base model, a workspace's own model, or a route, by any of its names. No model
 * server is asked: an alias is resolved by what is known of the servers, otherwise by the model it stood for when the
 * end was announced.
 */
export async function announcedEnd(name: string, workspaceId: string): Promise<Retirement | undefined> {
  if (name.startsWith("ft:") || isRouteId(name)) return retirementOf(name, workspaceId);
  if (baseRetirements().size === 0) return undefined;
  return baseRetirementOf(name) ?? baseRetirementOf(offeredId(name, workspaceId) ?? retiredUnder(name) ?? name);
}

/** Returns the card of a base model with the day on which it ends. */
export function withEnd(card: BaseModel): BaseModel {
  const end = baseRetirements().get(card.id);
  return end ? { ...card, deprecation: end.retiresAt.toISOString() } : card;
}

const endings = new WeakMap<BaseModel[], { ends: ReadonlyMap<string, unknown>; cards: BaseModel[] }>();

/**
 * Returns the cards of base models with the days on which they end. Returns the same list until one of the two
 * changes.
 */
export function withEnds(offered: BaseModel[]): BaseModel[] {
  const ends = baseRetirements();
  if (ends.size === 0) return offered;
  const known = endings.get(offered);
  if (known?.ends === ends) return known.cards;
  const cards = offered.map(withEnd);
  endings.set(offered, { ends, cards });
  return cards;
}
