"use client";

import type { ReactNode } from "react";
import { useField } from "@/app/_ui/form";
import { Glyph } from "@/app/_ui/glyph";

/**
 * What becomes of one key: what is always possible, and what else `children` offer. Every key's field has the same name, and
 * its value says which key it is about.
 */
export function KeyFate({ id, name, children }: { id: string; name: string; children?: ReactNode }) {
  const { typed } = useField("key");
  const chosen = [typed].flat().find((value) => value?.endsWith(`:${id}`)) ?? "";
  return (
    <div className="relative w-full sm:w-48">
      <select name="key" aria-label={`What becomes of ${name}`} defaultValue={chosen} className="control">
        <option value="">As chosen for all</option>
        <option value={`keep:${id}`}>Keep</option>
        {children}
        <option value={`revoke:${id}`}>Revoke</option>
      </select>
      <span className="pointer-events-none absolute inset-y-0 right-3 flex items-center text-ink-faint">
        <Glyph name="down" />
      </span>
    </div>
  );
}
