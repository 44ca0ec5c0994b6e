/** The kinds of items that a workspace can have many of, each with the page of the workspace that lists all of them. */
const pages = {
  join: { page: "/members/requests", text: "requests to join" },
  role: { page: "/members/requests", text: "requests for a role" },
  limit: { page: "/limits/requests", text: "requests for more" },
} as const;

type Many = keyof typeof pages;

/** How many items of a kind are listed if there are more. */
const most = 3;

const isMany = (kind: string): kind is Many => kind in pages;

/**
 * Keeps the first `most` items of each kind that has its own page, so that many items of one kind do not hide the
 * others. If there is only one more, it is kept too: a line in its place would be as long.
 *
 * @returns `shown` in the original order, and for each shortened kind the total and the page with all of them
 */
export function condense<Item extends { kind: string }>(
  items: readonly Item[],
): { shown: Item[]; cut: { kind: Many; count: number; page: string; text: string }[] } {
  const counts = new Map<string, number>();
  for (const { kind } of items) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const isCut = (kind: string): kind is Many => isMany(kind) && (counts.get(kind) ?? 0) > most + 1;
  const seen = new Map<string, number>();
  const shown = items.filter(({ kind }) => {
    seen.set(kind, (seen.get(kind) ?? 0) + 1);
    return !isCut(kind) || (seen.get(kind) ?? 0) <= most;
  });
  const cut = [...counts].flatMap(([kind, count]) => (isCut(kind) ? [{ kind, count, ...pages[kind] }] : []));
  return { shown, cut };
}
