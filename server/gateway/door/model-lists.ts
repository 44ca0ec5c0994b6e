import { listsModel } from "@/server/access/model-list";
import { allowanceOf } from "@/server/model-servers/allowances/allowances";
import type { BaseModel } from "@/server/model-servers/cards";
import { catalogue } from "@/server/model-servers/catalogue";
import { usableModels } from "@/server/models/cache";
import { ownCard } from "@/server/models/own-cards";
import { type Retirements, retirementsOf } from "@/server/models/retirement/cache";
import { type Routes, routesOf } from "@/server/models/routes/cache";
import { routeCard } from "@/server/models/routes/card";
import type { UsableModel } from "@/server/models/usable/queries";
import { isFor } from "@/server/models/visibility";
import type { Card, ModelUser } from "./allowed-models";
import { withEnds } from "./announced-ends";

/**
 * The remembered lists of a workspace. `people` are the members for whom there are more models than for the whole
 * workspace.
 */
type Lists = {
  cards: BaseModel[];
  routes: Routes;
  retirements: Retirements;
  people: Set<string>;
  texts: Map<string, string>;
};

const baseLists = new WeakMap<BaseModel[], string>();
const ownLists = new WeakMap<UsableModel[], Lists>();

/**
 * Returns the list of the models that a key may use, as text to be sent. The same text is returned until something
 * changes.
 *
 * @param write writes the list in another form than the usual one; that text is made anew each time
 */
export async function listFor(
  { workspaceId, memberId, models }: ModelUser,
  write: (cards: Card[]) => string = listOf,
): Promise<string> {
  const isUsual = write === listOf;
  const [{ cards: offered }, own, routes, allowance, retirements] = await Promise.all([
    catalogue(workspaceId),
    usableModels(workspaceId),
    routesOf(workspaceId),
    allowanceOf(workspaceId),
    retirementsOf(workspaceId),
  ]);
  const cards = withEnds(offered);
  const cardsFor = (whom: string | null) => {
    const theirs = own.filter((one) => isFor(whom, one));
    return {
      ofModels: theirs.map((one) => ownCard(one, workspaceId, allowance, retirements.get(one.id))),
      ofRoutes: [...routes.values()].map((route) =>
        routeCard(route, workspaceId, theirs, allowance, retirements.get(route.id)),
      ),
    };
  };
  if (models !== null) {
    const { ofModels, ofRoutes } = cardsFor(memberId);
    const listed = [...ofModels, ...ofRoutes].filter(({ id }) => listsModel(models, id));
    const base = cards.filter(({ id, aliases }) => [id, ...aliases].some((name) => listsModel(models, name)));
    return write([...base, ...listed]);
  }
  if (own.length === 0 && routes.size === 0) {
    if (!isUsual) return write(cards);
    const text = baseLists.get(cards) ?? listOf(cards);
    baseLists.set(cards, text);
    return text;
  }
  const known = ownLists.get(own);
  const isSame = known?.cards === cards && known.routes === routes && known.retirements === retirements;
  const lists = isSame ? known : { cards, routes, retirements, people: peopleOf(own), texts: new Map() };
  ownLists.set(own, lists);
  const whom = memberId !== null && lists.people.has(memberId) ? memberId : null;
  const made = () => {
    const { ofModels, ofRoutes } = cardsFor(whom);
    return write([...cards, ...ofModels, ...ofRoutes]);
  };
  if (!isUsual) return made();
  const text = lists.texts.get(whom ?? "") ?? made();
  if (lists.texts.size < mostTexts) lists.texts.set(whom ?? "", text);
  return text;
}

function peopleOf(own: UsableModel[]): Set<string> {
  return new Set(
    own.flatMap(({ visibility, makerId, memberIds }) => (visibility === "private" ? (makerId ?? []) : memberIds)),
  );
}

const mostTexts = 50;

const listOf = (data: Card[]) => JSON.stringify({ object: "list", data });

/** Writes the list for Anthropic's clients: all models on one page. */
export function anthropicListOf(cards: Card[]): string {
  const data = cards.map(anthropicCard);
  const [first_id, last_id] = [data[0]?.id ?? null, data.at(-1)?.id ?? null];
  return JSON.stringify({ data, has_more: false, first_id, last_id });
}

/** Returns the fields that Anthropic's clients read of a model, beside the usual ones. */
export function anthropicCard(card: Card) {
  const { id, name, created } = card;
  return { ...card, type: "model", display_name: name || id, created_at: new Date(created * 1_000).toISOString() };
}
