import NextLink from "next/link";
import type { ComponentProps } from "react";

/**
 * Draws a link to a page of the application. Nothing is asked of the server before it is followed: every page is made for its reader and
 * so cannot be had ahead, and what the router would ask for each visible link was most of the requests to a server.
 */
export function Link(props: Omit<ComponentProps<typeof NextLink>, "prefetch">) {
  return <NextLink {...props} prefetch={false} />;
}
