import type { ComponentProps } from "react";

/**
 * Draws a link of a row of a list, which looks like the row's text; `PageParts` follows it without a reload. Elsewhere it is `Link`.
 */
export function RowLink(props: ComponentProps<"a"> & { href: string }) {
  return <a {...props} data-row-link="" />;
}
