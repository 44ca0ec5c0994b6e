import type { Route } from "next";
import { cache } from "react";
import { TextField } from "@/app/_ui/field";
import { Form, SubmitButton } from "@/app/_ui/form";
import { Glyph } from "@/app/_ui/glyph";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Link } from "@/app/_ui/link";
import { api } from "@/server/composition/caller";
import { type ViewedList, viewOf } from "@/server/workspaces/views/input";
import { removeView, saveView } from "./view-actions";

type Props = {
  slug: string;
  list: ViewedList;
  /** The list's path. */
  path: string;
  /** The query parameters of the list's address. */
  query: Record<string, string | undefined>;
  className?: string;
};

/** The classes for a place in a card, below a list's filters. */
export const viewsInCard = "border-hairline border-b px-4 py-2.5 md:px-5";

/**
 * Returns the member's saved views of a list. A page calls it with its other reads, in one transaction; `SavedViews`
 * then uses the cached result.
 */
export const savedViews = cache(async (slug: string, list: ViewedList) =>
  (await api()).workspaces.views({ workspace: slug, list }),
);

/**
 * Draws the member's saved views of a list as links, and the form that saves the current view. Draws nothing if there
 * are neither.
 */
export async function SavedViews({ slug, list, path, query, className = "" }: Props) {
  const rows = await savedViews(slug, list);
  const said = Object.entries(query).flatMap(([name, value]) => (value ? [[name, value]] : []));
  const shown = viewOf(list, new URLSearchParams(said).toString());
  const isKept = rows.some((row) => row.query === shown);
  if (rows.length === 0 && !shown) return null;
  return (
    <nav aria-label="Saved views" className={`flex flex-wrap items-center gap-1.5 ${className}`}>
      {rows.length > 0 && (
        <ul className="contents">
          {rows.map(({ id, name, query }) => (
            <li key={id} className="chip view-chip" data-current={query === shown ? "" : undefined}>
              <Link
                href={`${path}?${query}` as Route}
                scroll={false}
                title={name}
                aria-current={query === shown ? "page" : undefined}
              >
                {name}
              </Link>
              <Form action={removeView} className="contents!">
                <HiddenFields values={{ workspace: slug, viewId: id }} />
                <button type="submit" className="view-remove" aria-label={`Remove the view ${name}`}>
                  <Glyph name="close" />
                </button>
              </Form>
            </li>
          ))}
        </ul>
      )}
      {shown && !isKept && (
        <details className="view-save" key={shown}>
          <summary className="chip-clear">Save this view</summary>
          <Form action={saveView} className="mt-2 flex-row! flex-wrap items-start gap-2!" aria-label="Save this view">
            <HiddenFields values={{ workspace: slug, list, query: shown }} />
            <TextField label="Name of the view" isLabelHidden name="name" placeholder="Name" maxLength={60} required />
            <SubmitButton variant="secondary">Save</SubmitButton>
          </Form>
        </details>
      )}
    </nav>
  );
}
