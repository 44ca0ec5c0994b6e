import type { ComponentProps, ReactNode } from "react";

export type ButtonVariant = "primary" | "secondary" | "ghost" | "danger";
export type ButtonSize = "sm" | "md" | "lg";

/* Only the button. Client components import it from here, so that forms do not load the code of links. */

/** How a button looks; shared by everything that looks like one. */
export type ButtonLook = {
  variant?: ButtonVariant;
  size?: ButtonSize;
  /** As wide as its container. */
  full?: boolean;
  /** Decorative, before the text. */
  icon?: ReactNode;
};

export type ButtonProps = ComponentProps<"button"> &
  ButtonLook & {
    /**
     * Disables the control and gives the reason (which role may, who holds it). It stays focusable, so that the reason
     * can be read by keyboard and screen reader; it never submits.
     */
    disabledReason?: string;
  };

/** Returns the classes of a button, for elements that look like a button but are not one of these components. */
export function buttonClass({ variant = "secondary", size = "md", full }: ButtonLook, isOff = false): string {
  return `button button-${isOff ? "off" : variant}${size === "md" ? "" : ` button-${size}`}${full ? " button-full" : ""}`;
}

/** Draws a button. Its type is "button" by default, so that it submits nothing by accident. */
export function Button({
  variant,
  size,
  full,
  icon,
  disabledReason,
  className = "",
  children,
  type = "button",
  ...rest
}: ButtonProps) {
  if (disabledReason !== undefined) {
    return (
      <button
        type="button"
        aria-disabled="true"
        aria-label={rest["aria-label"]}
        aria-description={disabledReason}
        className={`explained ${buttonClass({ variant, size, full }, true)} ${className}`}
      >
        {icon}
        {children}
      </button>
    );
  }
  return (
    <button type={type} className={`${buttonClass({ variant, size, full })} ${className}`} {...rest}>
      {icon}
      {children}
    </button>
  );
}
