/** Draws the studio: two north-light roofs and an arched door. Decorative unless it stands alone. */
export function Mark({ className = "size-7" }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true" className={`shrink-0 ${className}`}>
      <rect width="32" height="32" rx="7" className="fill-accent" />
      <path className="fill-on-accent" d="M6 25V14.2L16 7v7.2L26 7v18h-7v-4.5a3 3 0 0 0-6 0V25z" />
    </svg>
  );
}

/** Draws the mark and the name. */
export function Wordmark({ className = "" }: { className?: string }) {
  return (
    <span className={`inline-flex items-center gap-2.5 ${className}`}>
      <Mark />
      <span className="font-semibold text-[1.0625rem] tracking-[-0.025em]">Atelier</span>
    </span>
  );
}
