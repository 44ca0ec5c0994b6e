import type { ComponentProps, ReactNode } from "react";

export type ButtonVariant = "primary" | "secondary" | "ghost" | "danger";
export type ButtonSize = "sm" | "md" | "lg";

/*
 * The button alone. Client components take it from here, so that the code of links does not travel with every form.
 */

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
     * Turns the control off and says why (which role may, who holds it). It stays focusable, so that the reason can be
     * read by keyboard and aloud; it never submits.
     */
    disabledReason?: string;
  };

const base =
  "inline-flex shrink-0 select-none items-center justify-center gap-2 rounded-md border font-medium leading-tight " +
  "transition-[background-color,border-color,color,box-shadow] duration-100 " +
  "disabled:opacity-55 [&>svg]:size-4 [&>svg]:shrink-0";

const variants: Record<ButtonVariant, string> = {
  primary:
    "border-transparent bg-accent text-on-accent shadow-card enabled:hover:bg-accent-hover [a&]:hover:bg-accent-hover",
  secondary:
    "border-hairline bg-surface text-ink shadow-card enabled:hover:border-edge enabled:hover:bg-sunken [a&]:hover:border-edge [a&]:hover:bg-sunken",
  ghost:
    "border-transparent bg-transparent text-ink-soft enabled:hover:bg-sunken enabled:hover:text-ink [a&]:hover:bg-sunken [a&]:hover:text-ink",
  danger:
    "border-transparent bg-danger-solid text-on-danger shadow-card enabled:hover:bg-danger-hover [a&]:hover:bg-danger-hover",
};

const off = "border-hairline bg-sunken text-ink-faint";

const sizes: Record<ButtonSize, string> = {
  sm: "min-h-8 px-2.5 py-1 text-[0.8125rem]",
  md: "min-h-9 px-3.5 py-1.5 text-sm",
  lg: "min-h-11 px-5 py-2 text-[0.9375rem]",
};

/** The classes of a button, for the rare element that must look like one without being one of these. */
export function buttonClass({ variant = "secondary", size = "md", full }: ButtonLook, isOff = false): string {
  return `${base} ${isOff ? off : variants[variant]} ${sizes[size]} ${full ? "w-full" : ""}`;
}

/** A button that does nothing by surprise: its type is "button" unless said otherwise. */
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
