import NextLink, { type LinkProps } from "next/link";

/**
 * Draws a link to a page of the application. Nothing is asked of the server before it is followed: every page is made for its reader and
 * so cannot be had ahead, and what the router would ask for each visible link was most of the requests to a server.
 */
export function Link<Address>(props: LinkProps<Address> & { prefetch?: never }) {
  return <NextLink<Address> {...props} prefetch={false} />;
}
