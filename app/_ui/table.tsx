import type { ReactNode } from "react";

export type Column = {
  label: string;
  align?: "start" | "end";
  /** Named for screen readers only, such as a column of menus. */
  isLabelHidden?: boolean;
};

/** Draws a table; under 768 px, or in a narrow place, each row is a card whose cells carry their column's name. */
export function Table({ label, columns, children }: { label: string; columns: Column[]; children: ReactNode }) {
  return (
    // With very large text a table may be wider than its card: it scrolls, the page never does.
    <div className="@container/table overflow-x-auto">
      <table aria-label={label} className="data-table w-full border-collapse text-sm">
        <thead>
          <tr className="border-hairline border-b">
            {columns.map((column) => (
              <th key={column.label} scope="col" data-align={column.align} className="caption">
                {column.isLabelHidden ? <span className="sr-only">{column.label}</span> : column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-hairline *:transition-colors *:hover:bg-sunken/45">{children}</tbody>
      </table>
    </div>
  );
}

/** Draws a row of a `Table`. */
export function TableRow({ children }: { children: ReactNode }) {
  return <tr>{children}</tr>;
}

/**
 * Draws a cell. `label` repeats its column's name on phones; the `primary` cell is the card's head and needs none, the
 * `actions` cell stands in the card's corner.
 */
export function TableCell({
  label,
  kind,
  align,
  className,
  children,
}: {
  label?: string;
  kind?: "primary" | "actions";
  align?: "end";
  className?: string;
  children?: ReactNode;
}) {
  return (
    <td data-label={label} data-kind={kind} data-align={align} className={className}>
      {children}
    </td>
  );
}
