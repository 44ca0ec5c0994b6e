import type { ReactNode } from "react";

/** Draws a page's title, a sentence about its purpose, and its main action. */
export function PageHeader({ title, purpose, action }: { title: ReactNode; purpose?: ReactNode; action?: ReactNode }) {
  return (
    <header className="mb-6 grid grid-cols-[minmax(0,1fr)] gap-x-6 border-hairline border-b pb-6 md:mb-8 md:grid-cols-[minmax(0,1fr)_auto]">
      <h1 className="min-w-0 text-2xl tracking-[-0.022em]">{title}</h1>
      {/* Beside the action where there is room for both, below it on a tablet. */}
      {purpose && (
        <p className="mt-1 min-w-0 max-w-160 text-pretty text-[0.9375rem] text-ink-soft md:col-span-2 lg:col-span-1 lg:col-start-1">
          {purpose}
        </p>
      )}
      {action && (
        <div className="mt-4 flex flex-wrap items-center gap-2 self-start md:col-start-2 md:row-start-1 md:mt-0 md:justify-end lg:row-end-3">
          {action}
        </div>
      )}
    </header>
  );
}
