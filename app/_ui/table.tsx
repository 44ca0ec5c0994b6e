import type { Route } from "next";
import type { ReactNode } from "react";
import { Link } from "./link";
import { SelectAll } from "./select-all";

export type Column = {
  label: string;
  align?: "start" | "end" | undefined;
  /** The name is for screen readers only, such as that of a column of menus. */
  isLabelHidden?: boolean | undefined;
  /** The address that sorts the list by this column, and its present direction (made by `sortable`). */
  sort?: { href: string; direction?: "ascending" | "descending" } | undefined;
};

/** The form that the rows' checkboxes belong to, and their name. */
type Selection = { form: string; name: string };

/**
 * Draws a table. Below 768 px, or in a narrow container, each row is a card whose cells carry their column's name.
 *
 * @param isList there each row is one line, and a tap shows the rest of it: for lists that can be long
 * @param isCompact its columns are few and short, so that they also fit into half a page
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
  /** Makes the rows selectable, with a checkbox for all of them in the head. */
  selection?: Selection | undefined;
  children: ReactNode;
}) {
  return (
    // With very large text a table may be wider than its card. The table scrolls then, not the page.
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

/** Draws a row of a `Table`. `tick`: its checkbox, in a table with selectable rows; null: this row cannot be selected. */
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
 * Draws a cell. `label` repeats its column's name on phones. The `primary` cell is the head of the card and needs none;
 * the `actions` cell is in the card's corner. In a list, a phone shows the first line of the primary cell, what is
 * marked `data-glance` in it, and the cell with `isGlance`.
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
      // Attributes without a value are left out, because each one is sent to the browser for every cell.
      {...(label && { "data-label": label })}
      {...(kind && { "data-kind": kind })}
      {...(align && { "data-align": align })}
      {...(isGlance && { "data-glance": "" })}
      {...(className && { className })}
    >
      {children}
      {kind === "primary" && (
        // It has no content: it opens the other cells of the row, which CSS shows beside it.
        <details className="row-rest">
          <summary aria-label="The rest of this row" />
        </details>
      )}
    </td>
  );
}
