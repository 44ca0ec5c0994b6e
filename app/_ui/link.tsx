import type { Route } from "next";
import type { ComponentProps } from "react";

type Props<Address extends string> = Omit<ComponentProps<"a">, "href"> & {
  href: Route<Address>;
  /** False: the page stays where it is scrolled to. */
  scroll?: boolean;
  /** "Back" then leads to what was before this page. */
  replace?: boolean;
};

/**
 * Draws a link to a page of the application: plain markup, which `PageParts` follows without a reload. Nothing is asked of the server
 * before it is followed: every page is made for its reader and so cannot be had ahead.
 */
export function Link<Address extends string>({ scroll = true, replace = false, ...rest }: Props<Address>) {
  return <a {...rest} data-link={`${scroll ? "" : "stay"}${replace ? " replace" : ""}`} />;
}
