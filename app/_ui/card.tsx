import type { ReactNode } from "react";

/** Draws a card. With a title it is a region of that name. */
export function Card({
  title,
  description,
  action,
  footer,
  children,
  id,
  isFlush,
  tone,
  className = "",
}: {
  title?: string;
  description?: ReactNode;
  action?: ReactNode;
  /** Below a line: a note about the whole card, or its buttons. */
  footer?: ReactNode;
  children?: ReactNode;
  id?: string;
  /** Without padding, for a table or list that has its own. */
  isFlush?: boolean;
  tone?: "danger";
  className?: string;
}) {
  const hasHead = title || description || action;
  return (
    <section
      id={id}
      aria-label={title}
      className={`scroll-mt-18 rounded-xl border bg-surface shadow-card md:scroll-mt-6 ${tone === "danger" ? "border-danger/35" : "border-hairline"} ${className}`}
    >
      {hasHead && (
        <div
          className={`flex flex-wrap items-start justify-between gap-3 px-4 pt-4 md:px-5 md:pt-4.5 ${isFlush ? "border-hairline border-b pb-4" : children ? "" : "pb-4 md:pb-4.5"}`}
        >
          <div className="min-w-0">
            {title && <h2 className="text-[0.9375rem]">{title}</h2>}
            {description && <p className="mt-0.5 max-w-160 text-ink-soft">{description}</p>}
          </div>
          {action}
        </div>
      )}
      {children && <div className={isFlush ? "" : "px-4 py-4 md:px-5"}>{children}</div>}
      {footer && (
        <div className="flex flex-wrap items-center justify-between gap-3 border-hairline border-t px-4 py-3 text-[0.8125rem] text-ink-soft empty:hidden md:px-5">
          {footer}
        </div>
      )}
    </section>
  );
}
