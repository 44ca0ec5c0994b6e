/** The kinds of which a workspace can have many, and where all of them are answered: a page of the workspace, and what stands on it. */
const pages = {
  join: { page: "/members/requests", text: "requests to join" },
  role: { page: "/members/requests", text: "requests for a role" },
  limit: { page: "/limits/requests", text: "requests for more" },
} as const;

type Many = keyof typeof pages;

/** How many of a kind are listed where there are more. */
const most = 3;

const isMany = (kind: string): kind is Many => kind in pages;

/**
 * Keeps of a workspace's items the first `most` of each kind that has its own page, so that many of one kind hide nothing of the
 * others. One more than that is listed too: a line in its place would say less.
 *
 * @returns `shown` in their order, and of each kind that was cut how many there are and where all are
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
