import type { ComponentProps } from "react";

/**
 * Draws a link in a row of a list, which looks like the row's text; `PageParts` follows it without a reload. Elsewhere
 * use `Link`.
 */
export function RowLink(props: ComponentProps<"a"> & { href: string }) {
  return <a {...props} data-row-link="" />;
}
