/** A grey bar where text will be. Size it by class. */
export function Skeleton({ className = "h-4 w-40" }: { className?: string }) {
  return <span aria-hidden="true" className={`block animate-breathe rounded-sm bg-sunken ${className}`} />;
}

/** The shape of a table that is being read. */
export function TableSkeleton({ rows = 5, label = "Loading" }: { rows?: number; label?: string }) {
  return (
    <div role="status" className="divide-y divide-hairline">
      <span className="sr-only">{label}</span>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the bars are all alike.
        <div key={row} className="flex items-center gap-3 px-5 py-3.5">
          <Skeleton className="size-8 rounded-full" />
          <div className="flex-1 space-y-2">
            <Skeleton className={row % 2 ? "h-3 w-36" : "h-3 w-28"} />
            <Skeleton className={row % 2 ? "h-2.5 w-44" : "h-2.5 w-52"} />
          </div>
          <Skeleton className="hidden h-3 w-20 md:block" />
        </div>
      ))}
    </div>
  );
}

/** The shape of a page's head that is being read. */
export function PageHeaderSkeleton() {
  return (
    <div className="mb-8 space-y-3 border-hairline border-b pb-6">
      <Skeleton className="h-7 w-44" />
      <Skeleton className="h-4 w-72" />
    </div>
  );
}
