"use client";

import { useBrand } from "./brand";

/** Draws the Atelier mark: two north-light roofs and an arched door. Always decorative. */
function Mark({ className = "size-7" }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true" className={`shrink-0 ${className}`}>
      <rect width="32" height="32" rx="7" className="fill-accent" />
      <path className="fill-on-accent" d="M6 25V14.2L16 7v7.2L26 7v18h-7v-4.5a3 3 0 0 0-6 0V25z" />
    </svg>
  );
}

/** Draws the logo, or the mark if the instance has none, and the instance's name. */
export function Wordmark({ className = "" }: { className?: string }) {
  const { name, logo } = useBrand();
  return (
    <span className={`inline-flex min-w-0 items-center gap-2.5 ${className}`}>
      {logo ? (
        // biome-ignore lint/performance/noImgElement: it is small, ours, and has the size it is needed in.
        <img src={logo} alt="" className="size-7 shrink-0 rounded-md" />
      ) : (
        <Mark />
      )}
      <span className="min-w-0 truncate font-semibold text-[1.0625rem] tracking-[-0.025em]">{name}</span>
    </span>
  );
}
