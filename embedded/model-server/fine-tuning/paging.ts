import { invalidRequest } from "../http/api-error";

/**
 * Returns the page for `page` (from 0) and `page_size` (or `limit`; 100, at most 1,000). Refuses other numbers with
 * 422.
 */
export function paged<T>(all: readonly T[], query: Record<string, string | undefined>): T[] {
  const page = whole(query, "page", 0, 0, 1e9);
  const size = whole(query, query.page_size === undefined ? "limit" : "page_size", 100, 1, 1_000);
  return all.slice(page * size, (page + 1) * size);
}

function whole(
  query: Record<string, string | undefined>,
  name: string,
  usual: number,
  least: number,
  most: number,
): number {
  const text = query[name];
  if (text === undefined) return usual;
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw invalidRequest([{ type: "value_error", loc: ["query", name], msg: `Must be ${least} to ${most}` }]);
}
