import type { Route } from "next";
import type { ComponentProps } from "react";
import { Link } from "./link";
import { type ButtonLook, buttonClass } from "./plain-button";

export { Button, buttonClass } from "./plain-button";

/** Draws a link that looks like a button. Only for navigation, never for changes. */
export function LinkButton({
  href,
  variant,
  size,
  full,
  icon,
  className = "",
  children,
  ...rest
}: Omit<ComponentProps<typeof Link>, "href"> & ButtonLook & { href: string }) {
  return (
    <Link href={href as Route} className={`${buttonClass({ variant, size, full })} ${className}`} {...rest}>
      {icon}
      {children}
    </Link>
  );
}
