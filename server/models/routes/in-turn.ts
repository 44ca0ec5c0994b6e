import type { RouteRule } from "./rule";

/**
 * Returns the models of a route in the order in which they are tried: as they are listed, or drawn by weight. Once
 * enough of a spending limit is spent, the cheaper model comes first; the others stay behind it in case it does not
 * answer.
 *
 * @param spentShare returns how much of the tightest spending limit is spent, from 0 to 1; called only if the route has
 * a cheaper model
 * @param random returns a number from 0 up to 1
 */
export async function inTurn(
  { mode, models, saverModel, saverPercent }: RouteRule,
  spentShare: () => Promise<number>,
  random: () => number = Math.random,
): Promise<string[]> {
  const listed = mode === "ordered" ? models.map(({ model }) => model) : drawn(models, random);
  if (saverModel === null || saverPercent === null || (await spentShare()) * 100 < saverPercent) return listed;
  return [saverModel, ...listed.filter((model) => model !== saverModel)];
}

function drawn(models: RouteRule["models"], random: () => number): string[] {
  const left = [...models];
  const order: string[] = [];
  while (left.length > 0) {
    let at = random() * left.reduce((sum, { weight }) => sum + weight, 0);
    const found = left.findIndex(({ weight }) => {
      at -= weight;
      return at < 0;
    });
    const [next] = left.splice(found < 0 ? left.length - 1 : found, 1);
    if (next) order.push(next.model);
  }
  return order;
}
