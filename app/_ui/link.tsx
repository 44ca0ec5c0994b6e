import type { Route } from "next";
import type { ComponentProps } from "react";

type Props<Address extends string> = Omit<ComponentProps<"a">, "href"> & {
  href: Route<Address>;
  /** False: the page keeps its scroll position. */
  scroll?: boolean;
  /** Replaces this page in the history: "Back" leads to the page before it. */
  replace?: boolean;
};

/**
 * Draws a link to a page of the application. It is plain markup, which `PageParts` follows without a reload. Pages are
 * not prefetched, because each is rendered for its reader.
 */
export function Link<Address extends string>({ scroll = true, replace = false, ...rest }: Props<Address>) {
  return <a {...rest} data-link={`${scroll ? "" : "stay"}${replace ? " replace" : ""}`} />;
}
