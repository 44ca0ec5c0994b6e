import type { Metadata, Route } from "next";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { Link } from "@/app/_ui/link";
import { PageHeader } from "@/app/_ui/page-header";
import { SearchBox } from "@/app/_ui/search-box";
import { logOut } from "@/app/(auth)/_sign-out/log-out";
import { api } from "@/server/composition/caller";
import type { Found } from "@/server/palette/input";

export const metadata: Metadata = { title: "Search" };

type Props = { params: Promise<{ workspace: string }>; searchParams: Promise<{ q?: string }> };

/** Draws the palette as a page: the same results, by a form. */
export default async function Find({ params, searchParams }: Props) {
  const [{ workspace: slug }, { q = "" }] = await Promise.all([params, searchParams]);
  const { palette } = await api();
  const { groups } = await palette.search({ workspace: slug, search: q });
  // Switching the theme needs a script, so it is left out here.
  const shown = groups
    .map((group) => ({ ...group, rows: group.rows.filter(({ does }) => does !== "switch-theme") }))
    .filter(({ rows }) => rows.length > 0);
  return (
    <>
      <PageHeader
        title="Search or jump to…"
        purpose="Pages, actions, workspaces, members, keys and models."
        action={<SearchBox label="Search" action={`/w/${slug}/find`} defaultValue={q} />}
      />
      {shown.length === 0 && (
        <Card isFlush>
          <EmptyState title="Nothing found">No results for “{q}”.</EmptyState>
        </Card>
      )}
      <div className="flex flex-col gap-5">
        {shown.map(({ kind, label, rows }) => (
          <Card key={kind} isFlush title={label}>
            <ul className="divide-y divide-hairline">
              {rows.map((row) => (
                <li key={row.id}>
                  <Row row={row} />
                </li>
              ))}
            </ul>
          </Card>
        ))}
      </div>
    </>
  );
}

const look = "flex w-full flex-wrap items-baseline gap-x-3 px-4 py-2.5 text-start hover:bg-sunken md:px-5";

function Row({ row: { label, detail, href } }: { row: Found }) {
  const text = (
    <>
      <span className="wrap-anywhere min-w-0">{label}</span>
      {detail && <span className="wrap-anywhere min-w-0 text-[0.8125rem] text-ink-faint">{detail}</span>}
    </>
  );
  if (href !== undefined)
    return (
      <Link href={href as Route} className={look}>
        {text}
      </Link>
    );
  return (
    <form action={logOut}>
      <button type="submit" className={look}>
        {text}
      </button>
    </form>
  );
}
