import { isRouteId } from "@/server/access/route-ids";
import { mostRouteModels, type routeModes, type SentRule, sentRule } from "./input";

/** A route's rule, which decides the model of a request. */
export type RouteRule = {
  mode: (typeof routeModes)[number];
  models: { model: string; weight: number }[];
  saverModel: string | null;
  saverPercent: number | null;
};

/** Messages about invalid fields, by field. */
type Problems = Partial<Record<keyof SentRule, string>>;

/**
 * Converts the fields of a route to a rule, or returns messages about invalid ones. Lines without a model are ignored.
 */
export function readRule(said: SentRule): { rule: RouteRule } | { problems: Problems } {
  const weights = [said.weights].flat();
  const lines = [said.models].flat().flatMap((model, i) => (model === "" ? [] : [{ model, weight: weights[i] }]));
  const isWeighted = said.mode === "weighted";
  const percent = String(said.saverPercent).trim().replace(/ ?%$/, "");
  const problems: Problems = {
    ...problemOf("models", modelsProblem(lines.map(({ model }) => model))),
    ...problemOf(
      "weights",
      isWeighted && lines.some(({ weight }) => weightOf(weight) === null) && "Enter whole numbers from 1 to 999.",
    ),
    ...problemOf("saverModel", said.saverModel !== "" && idProblem(said.saverModel)),
    ...problemOf("saverPercent", said.saverModel !== "" && !isShare.test(percent) && "Enter a share from 1 to 99 %."),
  };
  if (Object.keys(problems).length > 0) return { problems };
  const models = lines.map(({ model, weight }) => ({ model, weight: isWeighted ? (weightOf(weight) ?? 1) : 1 }));
  const saver = said.saverModel === "" ? null : said.saverModel;
  return {
    rule: { mode: said.mode, models, saverModel: saver, saverPercent: saver === null ? null : Number(percent) },
  };
}

/** Parses a rule that is tried before it is saved, from JSON; undefined: it is not valid. */
export function readDraft(value: unknown): RouteRule | undefined {
  const parsed = sentRule.safeParse(value);
  const read = parsed.success ? readRule(parsed.data) : undefined;
  return read && "rule" in read ? read.rule : undefined;
}

const isShare = /^0*[1-9]\d?$/;

function problemOf(field: keyof SentRule, problem: string | false): Problems {
  return problem === false ? {} : { [field]: problem };
}

function modelsProblem(names: string[]): string | false {
  if (names.length === 0) return "Name at least one model.";
  if (names.length > mostRouteModels) return `A route has at most ${mostRouteModels} models.`;
  if (new Set(names).size < names.length) return "Name each model once.";
  return names.map(idProblem).find((problem) => problem !== false) ?? false;
}

function idProblem(name: string): string | false {
  if (isRouteId(name)) return "A route names models, no routes.";
  return !/^[^\s\p{C}]{1,256}$/u.test(name) && "Enter each model's id, without spaces.";
}

/** Parses a typed weight: empty is 1; null: it is not valid. */
function weightOf(typed: string | number | undefined): number | null {
  const text = String(typed ?? "").trim();
  if (text === "") return 1;
  return /^0*[1-9]\d{0,2}$/.test(text) ? Number(text) : null;
}
