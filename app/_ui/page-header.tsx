import type { ReactNode } from "react";

/** Draws a page's title, one sentence of purpose, and what one mostly comes here to do. */
export function PageHeader({ title, purpose, action }: { title: ReactNode; purpose?: ReactNode; action?: ReactNode }) {
  return (
    <header className="mb-6 flex flex-col gap-4 border-hairline border-b pb-6 md:mb-8 md:flex-row md:items-start md:justify-between">
      <div className="min-w-0">
        <h1 className="text-2xl tracking-[-0.022em]">{title}</h1>
        {purpose && <p className="mt-1 max-w-160 text-pretty text-[0.9375rem] text-ink-soft">{purpose}</p>}
      </div>
      {action && <div className="flex flex-wrap items-center gap-2 md:shrink-0">{action}</div>}
    </header>
  );
}
