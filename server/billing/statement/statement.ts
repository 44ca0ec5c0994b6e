import { type ClassPrices, plusCounts, pricedClasses } from "@/server/usage/classes";
import { unnamed } from "@/server/usage/end-users/input";
import type { Line, Sums } from "./queries";

/** One row of a statement: a model, key, member or tag. `id` null: none, or the rest that is not listed separately. */
export type Share = Sums & { id: string | null; name: string };

export type AppliedPrice = Sums & {
  model: string;
  isTraining: boolean;
  inputPrice: number;
  outputPrice: number;
  classPrices: ClassPrices;
};

export type Statement = {
  total: Sums;
  byModel: Share[];
  /** By the endpoint that was called. */
  byOperation: (Share & { operation: Line["operation"] | null })[];
  byKey: Share[];
  byMember: Share[];
  /** Empty when no request had tags. */
  byTag: Share[];
  prices: AppliedPrice[];
};

/**
 * Sums the lines of a month by model, key, member and tag, and by the applied prices, highest cost first. The rest
 * beyond the listed lines is at the end of each list, so all lists have the same total, except that of tags: a request
 * can have several.
 */
export function statement(lines: readonly Line[], total: Sums): Statement {
  const rest = restOf(lines, total);
  const by = (idOf: (line: Line) => string | null, nameOf: (line: Line) => string): Share[] => {
    const shares = grouped(lines, (line) => JSON.stringify(idOf(line))).map(([first, sums]) => ({
      id: idOf(first),
      name: nameOf(first),
      ...sums,
    }));
    return rest ? [...shares, { id: null, name: "All others", ...rest }] : shares;
  };
  return {
    total,
    byModel: by(
      (line) => (isTraining(line) ? `training ${line.model}` : line.model),
      (line) => (isTraining(line) ? `${line.model}, fine-tuning` : line.model),
    ),
    byOperation: by(
      ({ operation }) => operation,
      ({ operation }) => operation,
    ).map((share) => ({ ...share, operation: share.id as Line["operation"] | null })),
    byKey: by(
      ({ keyId }) => keyId,
      ({ keyName, keyId }) => keyName ?? keyId ?? "Without a key",
    ),
    byMember: by(
      ({ memberId }) => memberId,
      ({ memberName, memberId }) => (memberId ? memberName || "Deleted account" : "Service keys"),
    ),
    byTag: tagShares(lines, rest),
    prices: grouped(lines, (line) => {
      const { model, inputPrice, outputPrice, classPrices } = line;
      const ofClasses = pricedClasses.map((name) => classPrices[name]);
      return JSON.stringify([model, isTraining(line), inputPrice, outputPrice, ofClasses]);
    }).map(([line, sums]) => {
      const { model, inputPrice, outputPrice, classPrices } = line;
      return { model, isTraining: isTraining(line), inputPrice, outputPrice, classPrices, ...sums };
    }),
  };
}

/**
 * Returns the sums of each tag, highest cost first, then those without a tag; an empty list when no line has tags. A
 * line with several tags is counted in each.
 */
function tagShares(lines: readonly Line[], rest: Sums | null): Share[] {
  if (lines.every(({ tags }) => tags === null)) return [];
  const each = lines.flatMap((line) =>
    (line.tags ?? [null]).map((tag) => ({ ...line, tags: tag === null ? null : [tag] })),
  );
  const shares = grouped(each, ({ tags }) => JSON.stringify(tags)).map(([{ tags }, sums]) => ({
    id: tags?.[0] ?? null,
    name: tags?.[0] ?? "Untagged",
    ...sums,
  }));
  return rest ? [...shares, { id: null, name: "All others", ...rest }] : shares;
}

/**
 * Returns the usage of the end users with the highest costs, and at the end that of all other requests; an empty list
 * when no end users are identified.
 */
export function endUserShares(
  rows: readonly (Omit<Sums, "classes"> & { id: string; name: string | null })[],
  total: Sums,
): Share[] {
  if (rows.length === 0) return [];
  const shares = rows.map(({ id, name, ...sums }) => ({
    ...{ id, name: id === unnamed ? "Unnamed" : (name ?? `End user ${id.slice(0, 8)}`) },
    ...{ ...sums, classes: {} },
  }));
  const rest = plus(
    { ...total, classes: {} },
    shares.reduce<Sums>((sums, share) => plus(sums, share), none),
    -1,
  );
  return rest.requests > 0 ? [...shares, { id: null, name: "All others", ...rest }] : shares;
}

const isTraining = ({ operation }: Line) => operation === "fine-tuning";

const none: Sums = { requests: 0, errors: 0, promptTokens: 0, completionTokens: 0, classes: {}, cost: 0 };

function plus(one: Sums, other: Sums, sign: 1 | -1 = 1): Sums {
  return {
    requests: one.requests + sign * other.requests,
    errors: one.errors + sign * other.errors,
    promptTokens: one.promptTokens + sign * other.promptTokens,
    completionTokens: one.completionTokens + sign * other.completionTokens,
    classes: plusCounts(one.classes, other.classes, sign),
    cost: one.cost + sign * other.cost,
  };
}

function restOf(lines: readonly Line[], total: Sums): Sums | null {
  const rest = plus(total, lines.reduce<Sums>(plusAll, none), -1);
  return rest.requests > 0 ? rest : null;
}

const plusAll = (sums: Sums, line: Sums) => plus(sums, line);

/** Groups lines and returns a line and the sums of each group, highest cost first. */
function grouped(lines: readonly Line[], keyOf: (line: Line) => string): [Line, Sums][] {
  const groups = new Map<string, [Line, Sums]>();
  for (const line of lines) {
    const [first, sums] = groups.get(keyOf(line)) ?? [line, none];
    groups.set(keyOf(line), [first, plus(sums, line)]);
  }
  return [...groups.values()].sort(([, a], [, b]) => b.cost - a.cost || b.requests - a.requests);
}
