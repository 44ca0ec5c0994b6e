import type { FilePurpose, SampleType } from "@/db/schema/files";
import type { Filter, Part } from "@/server/files/queries";
import { invalid } from "../errors/errors";

/** The query of a list of files. */
export type FileQuery = {
  /** Null: no file can match. */
  filter: Filter | null;
  part: Part;
  /** Whether the list is requested by page, as Mistral's clients do, and not from a file on, as OpenAI's do. */
  isPaged: boolean;
  wantsTotal: boolean;
};

const purposes = ["fine-tune", "batch", "ocr", "batch_output"] as const satisfies FilePurpose[];
const sampleTypes = [
  "pretrain",
  "instruct",
  "batch_request",
  "batch_result",
  "batch_error",
] as const satisfies SampleType[];
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Reads the query of `GET /v1/files`, in the format of either client family. A value for which Atelier has no files
 * matches none; unknown parameters are ignored. Refuses with 422.
 */
export function readFileQuery(query: URLSearchParams): FileQuery {
  const isPaged = query.has("page") || query.has("page_size");
  const limit = isPaged ? whole(query, "page_size", 1, 1_000, 100) : whole(query, "limit", 1, 10_000, 100);
  const offset = isPaged ? whole(query, "page", 0, 1_000_000, 0) * limit : 0;
  const after = query.get("after") || undefined;
  if (after && !uuid.test(after)) throw invalid("after", "after must be the id of a file.", "query");
  const order = query.get("order") || "desc";
  if (order !== "asc" && order !== "desc") throw invalid("order", "order must be asc or desc.", "query");
  const search = query.get("search")?.normalize("NFC").slice(0, 200) ?? "";
  if (/[\p{Cc}\p{Cs}]/u.test(search)) throw invalid("search", "search has characters that cannot be used.", "query");
  const total = query.get("include_total");
  if (total && !["true", "false"].includes(total))
    throw invalid("include_total", "include_total must be true or false.", "query");
  return {
    filter: filterOf(query, search),
    part: { limit, offset, order, ...(after && !isPaged ? { after } : {}) },
    isPaged,
    wantsTotal: total ? total === "true" : isPaged || !(query.has("after") || query.has("limit")),
  };
}

function filterOf(query: URLSearchParams, search: string): Filter | null {
  const asked = {
    purpose: query.get("purpose"),
    types: listOf(query, "sample_type"),
    sources: listOf(query, "source"),
  };
  const mimetypes = listOf(query, "mimetypes");
  const purpose = purposes.find((each) => each === asked.purpose);
  const types = sampleTypes.filter((each) => asked.types.includes(each));
  const isNothing =
    (asked.purpose && !purpose) ||
    (asked.types.length > 0 && types.length === 0) ||
    (asked.sources.length > 0 && !asked.sources.includes("upload"));
  if (isNothing) return null;
  return {
    ...(search ? { search } : {}),
    ...(purpose ? { purpose } : {}),
    ...(types.length > 0 ? { sampleTypes: types } : {}),
    ...(mimetypes.length > 0 ? { isJsonl: mimetypes.includes("application/jsonl") } : {}),
  };
}

/** Reads a list, which is written by repeating its name, or with commas. */
const listOf = (query: URLSearchParams, name: string) =>
  query
    .getAll(name)
    .flatMap((each) => each.split(","))
    .map((each) => each.trim())
    .filter(Boolean);

function whole(query: URLSearchParams, name: string, least: number, most: number, usual: number): number {
  const text = query.get(name);
  if (!text) return usual;
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= least && number <= most))
    throw invalid(name, `${name} must be a whole number from ${least} to ${most.toLocaleString("en-US")}.`, "query");
  return number;
}
