import type { Route } from "next";
import type { ReactNode } from "react";
import { Link } from "./link";
import { SelectAll } from "./select-all";

export type Column = {
  label: string;
  align?: "start" | "end" | undefined;
  /** Named for screen readers only, such as a column of menus. */
  isLabelHidden?: boolean | undefined;
  /** Where the list is sorted by this column, and how it is now (`sortable` makes it). */
  sort?: { href: string; direction?: "ascending" | "descending" } | undefined;
};

/** What a table's rows are ticked for: the form its checkboxes belong to. */
type Selection = { form: string; name: string };

/**
 * Draws a table; under 768 px, or in a narrow place, each row is a card whose cells carry their column's name.
 *
 * @param isList each row is one line there, and a tap shows the rest of it: for lists that can be long
 * @param isCompact its columns are few and short, so that they have room in half a page too
 */
export function Table({
  label,
  columns,
  isList,
  isCompact,
  selection,
  children,
}: {
  label: string;
  columns: Column[];
  isList?: boolean;
  isCompact?: boolean;
  /** Rows can be ticked, all at once in the head. */
  selection?: Selection | undefined;
  children: ReactNode;
}) {
  return (
    // With very large text a table may be wider than its card: it scrolls, the page never does.
    <div className="table-room @container/table overflow-x-auto">
      <table
        aria-label={label}
        data-list={isList ? "" : undefined}
        data-compact={isCompact ? "" : undefined}
        className="data-table w-full border-collapse text-sm"
      >
        <thead>
          <tr className="border-hairline border-b">
            {selection && (
              <th scope="col" data-kind="tick">
                <SelectAll {...selection} />
              </th>
            )}
            {columns.map((column) => (
              <th
                key={column.label}
                scope="col"
                data-align={column.align}
                aria-sort={column.sort?.direction}
                className="caption"
              >
                <Head {...column} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-hairline *:transition-colors *:hover:bg-sunken/45">{children}</tbody>
      </table>
    </div>
  );
}

function Head({ label, isLabelHidden, sort }: Column) {
  if (isLabelHidden) return <span className="sr-only">{label}</span>;
  if (!sort) return label;
  return (
    <Link href={sort.href as Route} scroll={false} data-sorted={sort.direction} className="sort-link">
      {label}
    </Link>
  );
}

/** Draws a row of a `Table`. `tick`: its checkbox, in a table whose rows can be selected; null where this one cannot. */
export function TableRow({
  tick,
  children,
}: {
  tick?: (Selection & { value: string; label: string }) | null | undefined;
  children: ReactNode;
}) {
  return (
    <tr>
      {tick !== undefined && (
        <td data-kind="tick">
          {tick && (
            <input type="checkbox" form={tick.form} name={tick.name} value={tick.value} aria-label={tick.label} />
          )}
        </td>
      )}
      {children}
    </tr>
  );
}

/**
 * Draws a cell. `label` repeats its column's name on phones; the `primary` cell is the card's head and needs none, the
 * `actions` cell stands in the card's corner. In a list, a phone shows of each row the primary cell's first line, what is
 * marked `data-glance` in it, and the cell that `isGlance`.
 */
export function TableCell({
  label,
  kind,
  align,
  isGlance,
  className,
  children,
}: {
  label?: string;
  kind?: "primary" | "actions";
  align?: "end";
  isGlance?: boolean;
  className?: string;
  children?: ReactNode;
}) {
  return (
    <td
      // What is not there is not named either: a page of the server names it to the browser, cell by cell.
      {...(label && { "data-label": label })}
      {...(kind && { "data-kind": kind })}
      {...(align && { "data-align": align })}
      {...(isGlance && { "data-glance": "" })}
      {...(className && { className })}
    >
      {children}
      {kind === "primary" && (
        // Without content: what it opens are the row's other cells, which CSS shows beside it.
        <details className="row-rest">
          <summary aria-label="The rest of this row" />
        </details>
      )}
    </td>
  );
}
