import type { ReactNode } from "react";

/** Shown where a list is empty: what this place is for, and how to create the first item. */
export function EmptyState({
  icon,
  title,
  children,
  action,
}: {
  icon?: ReactNode;
  title: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="p-3">
      <div className="crop-marks flex flex-col items-center px-6 py-12 text-center">
        {icon && (
          <span
            aria-hidden="true"
            className="mb-4 grid size-11 place-items-center rounded-lg border border-hairline bg-surface text-accent shadow-card [&>svg]:size-5"
          >
            {icon}
          </span>
        )}
        <p className="font-semibold text-[0.9375rem] tracking-[-0.01em]">{title}</p>
        {children && <div className="mt-1 max-w-96 text-pretty text-ink-soft">{children}</div>}
        {action && <div className="mt-5 flex flex-wrap justify-center gap-2">{action}</div>}
      </div>
    </div>
  );
}
