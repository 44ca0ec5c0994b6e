import { type ClassPrices, plusCounts, pricedClasses } from "@/server/usage/classes";
import { unnamed } from "@/server/usage/end-users/input";
import type { Line, Sums } from "./queries";

/** Something that has its own line in a statement: a model, a key, a member, a tag. `id` null: none, or not kept apart. */
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
  /** By what the models were asked for. */
  byOperation: (Share & { operation: Line["operation"] | null })[];
  byKey: Share[];
  byMember: Share[];
  /** Empty where there are no tags. */
  byTag: Share[];
  prices: AppliedPrice[];
};

/**
 * Sums the lines of a month up by model, by key, by member and by tag, and by the prices that were applied, each the dearest
 * first. What has no line of its own stands at the end of each list, so that every list but that of tags, of which
 * a request may have several, comes to the same total.
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

/** Returns the sums of each tag, the dearest first, then of what had none; nothing where no line has a tag. A line with several is in each. */
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

/** Returns what the dearest end users used, and at the end what everything else did; nothing where none is told apart. */
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

/** Returns a line of each group and the group's sums, the dearest group first. */
function grouped(lines: readonly Line[], keyOf: (line: Line) => string): [Line, Sums][] {
  const groups = new Map<string, [Line, Sums]>();
  for (const line of lines) {
    const [first, sums] = groups.get(keyOf(line)) ?? [line, none];
    groups.set(keyOf(line), [first, plus(sums, line)]);
  }
  return [...groups.values()].sort(([, a], [, b]) => b.cost - a.cost || b.requests - a.requests);
}
