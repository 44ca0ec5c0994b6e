import type { Db } from "@/db/client";
import { type ClassCounts, type CountedClass, countedClasses, usedClasses } from "./classes";
import type { Granularity, Grouping, UsageReport } from "./input";
import { type Latency, latencyOf } from "./latency";
import { currency } from "./prices";
import { granularitiesFor, granularityFor, nextStep, resolveRange, type Span, stepsIn } from "./ranges";
import * as reports from "./reports/queries";
import { wantDays } from "./roll-ups/wanted";
import { mostTags } from "./tags/carried";

/** The sums of some requests. `cost` in micro-units of the currency, latency in milliseconds. */
export type Figures = {
  requests: number;
  errors: number;
  promptTokens: number;
  completionTokens: number;
  cost: number;
  latency: Latency;
  /** The tokens and units by class; classes that were not used are missing. */
  classes: ClassCounts;
};

/** A group of a report, with its name. `id` is "" for requests without a key or a member. */
export type Group = {
  id: string;
  name: string;
  /** What distinguishes two keys with the same name. */
  detail: string | null;
  /** Why the group will get no more requests. */
  ended: "revoked" | "removed" | null;
};

/** The bars of a group: one number per step of the report. */
export type Series = { group: Group | null; requests: number[]; tokens: number[]; cost: number[] };

export type Report = {
  span: Span;
  previousSpan: Span;
  granularity: Granularity;
  /** The granularities that fit the span. */
  granularities: Granularity[];
  groupBy: Grouping;
  currency: string;
  totals: Figures;
  /** The totals of the span before. */
  previous: Figures;
  /** Those with the highest cost first. */
  groups: (Group & Figures)[];
  /** All groups that are not listed, together. */
  others: Figures | null;
  steps: Date[];
  /**
   * The bars of the first groups, followed by those of all others (`group` null). Without groups there are only the
   * latter.
   */
  series: Series[];
};

const listed = 100;
/**
 * Enough for all declared tags and as many former ones. A request may have several tags, so tags cannot have
 * "others".
 */
const listedTags = 2 * mostTags;
const drawn = 8;

/**
 * Returns everything that the page about usage shows for a range.
 *
 * @throws BadRange
 */
export async function report(db: Db, workspaceId: string, query: UsageReport): Promise<Report> {
  const { span, previous } = resolveRange(query, await reports.now(db));
  await wantDays(db, workspaceId);
  const granularity = granularityFor(span, query.granularity);
  const { groupBy } = query;
  const selection = { span, filters: query };
  const all = (await reports.totals(db, workspaceId, selection)) ?? nothing;
  const before = (await reports.totals(db, workspaceId, { span: previous, filters: query })) ?? nothing;
  const most = groupBy === "tag" ? listedTags : listed;
  const found = await reports.groups(db, workspaceId, selection, groupBy, most);
  const first = found.slice(0, drawn).map(({ id }) => id);
  const stepped = await reports.series(db, workspaceId, selection, granularity, groupBy, first);
  const named = await names(
    db,
    workspaceId,
    groupBy,
    found.map(({ id }) => id),
  );
  const groups = found.map(({ id, ...sums }) => ({ ...named(id), ...figures(sums) }));
  const steps = stepsIn(span, granularity);
  const rest = minus(all, found);
  return {
    span,
    previousSpan: previous,
    granularity,
    granularities: granularitiesFor(span),
    groupBy,
    currency: currency(),
    totals: figures(all),
    previous: figures(before),
    groups,
    others: groupBy !== "tag" && groups.length === listed && rest.requests > 0 ? figures(rest) : null,
    steps,
    series: fill(steps, stepped, groups.slice(0, drawn)),
  };
}

/** One line of the file that can be downloaded: the sums of a group in a step. */
export type ReportRow = Figures & { step: Date; group: Group };

/** How many steps are read at once, which bounds the lines of a part. */
const atOnce: Record<Granularity, number> = { hour: 24, day: 7, month: 1 };
const longestPart = 100_000;

/**
 * Returns one part of a report's lines, in the order of their steps, and where the next part begins. Parts are cut by
 * time, so each part reads only its own hours and no state has to be kept between them.
 *
 * @throws BadRange
 */
export async function reportPart(
  db: Db,
  workspaceId: string,
  query: UsageReport & { step?: string | undefined },
): Promise<{ granularity: Granularity; currency: string; rows: ReportRow[]; next: Date | null }> {
  const { span } = resolveRange(query, await reports.now(db));
  const granularity = granularityFor(span, query.granularity);
  const from = query.step ? new Date(Math.max(Date.parse(query.step), span.from.getTime())) : span.from;
  const [step = span.to] = stepsIn({ from, to: span.to }, granularity);
  let to = step;
  for (let i = 0; i < atOnce[granularity]; i++) to = nextStep(to, granularity);
  const part = { from, to: to < span.to ? to : span.to };
  const selection = { span: part, filters: query };
  const found = await reports.rows(db, workspaceId, selection, granularity, query.groupBy, longestPart);
  const named = await names(db, workspaceId, query.groupBy, [...new Set(found.map(({ id }) => id))]);
  return {
    granularity,
    currency: currency(),
    rows: found.map(({ step, id, ...sums }) => ({ step, group: named(id), ...figures(sums) })),
    next: to < span.to ? to : null,
  };
}

/** Returns the names of groups, by their ids. */
export async function names(
  db: Db,
  workspaceId: string,
  groupBy: Grouping,
  ids: string[],
): Promise<(id: string) => Group> {
  const asked = ids.filter(Boolean);
  const groups = new Map<string, Group>();
  if (groupBy === "key")
    for (const { id, name, lastFour, isRevoked } of await reports.keyNames(db, workspaceId, asked))
      groups.set(id, { id, name, detail: `atl_${id.slice(0, 4)}…${lastFour}`, ended: isRevoked ? "revoked" : null });
  if (groupBy === "member")
    for (const { id, name, isGone } of await reports.memberNames(db, workspaceId, asked))
      groups.set(id, { id, name: name || "Deleted account", detail: null, ended: isGone ? "removed" : null });
  const without = {
    ...{ none: "Everything", model: "No model", operation: "Not recorded", route: "No route", tag: "Untagged" },
    ...{ key: "No key", member: "Service keys" },
  }[groupBy];
  return (id) => groups.get(id) ?? { id, name: id || without, detail: null, ended: null };
}

const nothing: reports.Sums = {
  requests: 0,
  errors: 0,
  promptTokens: 0,
  completionTokens: 0,
  cost: 0,
  latency: [],
  classes: Object.fromEntries(countedClasses.map((name) => [name, 0])) as Record<CountedClass, number>,
};

function figures({ latency, classes, requests, errors, promptTokens, completionTokens, cost }: reports.Sums): Figures {
  const used = Object.fromEntries(usedClasses(classes));
  return { requests, errors, promptTokens, completionTokens, cost, latency: latencyOf(latency), classes: used };
}

function minus(all: reports.Sums, parts: reports.Sums[]): reports.Sums {
  const less = (of: (sums: reports.Sums) => number) => parts.reduce((left, part) => left - of(part), of(all));
  return {
    requests: less((sums) => sums.requests),
    errors: less((sums) => sums.errors),
    promptTokens: less((sums) => sums.promptTokens),
    completionTokens: less((sums) => sums.completionTokens),
    cost: less((sums) => sums.cost),
    latency: all.latency.map((_, i) => less((sums) => sums.latency[i] ?? 0)),
    classes: Object.fromEntries(countedClasses.map((name) => [name, less((sums) => sums.classes[name])])) as Record<
      CountedClass,
      number
    >,
  };
}

/** Puts the sums of each step into its place, and zeros where there are none. */
function fill(steps: Date[], found: reports.StepSums[], groups: Group[]): Series[] {
  const place = new Map(steps.map((step, i) => [step.getTime(), i]));
  const zeros = () => steps.map(() => 0);
  const empty = (group: Group | null): Series => ({ group, requests: zeros(), tokens: zeros(), cost: zeros() });
  const drawnGroups = groups.map(({ id, name, detail, ended }) => empty({ id, name, detail, ended }));
  const rest = empty(null);
  const byId = new Map(drawnGroups.map((series) => [series.group?.id, series]));
  let hasRest = groups.length === 0;
  for (const { step, id, requests, tokens, cost } of found) {
    const i = place.get(step.getTime());
    const series = (id === null ? undefined : byId.get(id)) ?? rest;
    if (i === undefined) continue;
    if (series === rest) hasRest = true;
    series.requests[i] = (series.requests[i] ?? 0) + requests;
    series.tokens[i] = (series.tokens[i] ?? 0) + tokens;
    series.cost[i] = (series.cost[i] ?? 0) + cost;
  }
  return hasRest ? [...drawnGroups, rest] : drawnGroups;
}
