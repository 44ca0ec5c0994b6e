import type { ComponentProps } from "react";

/**
 * Draws a link of a row to a page of the application: plain markup, which `PageParts` follows without a reload. For what repeats
 * on every row of a list; elsewhere it is `Link`.
 */
export function RowLink(props: ComponentProps<"a"> & { href: string }) {
  return <a {...props} data-row-link="" />;
}
