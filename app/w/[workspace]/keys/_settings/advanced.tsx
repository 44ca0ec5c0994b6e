"use client";

import type { ReactNode } from "react";
import { useFormState } from "@/app/_ui/form";
import { Glyph } from "@/app/_ui/glyph";

/** Draws collapsed settings that most people do not need. It is open when one of its fields was refused. */
export function Advanced({ fields, children }: { fields: string[]; children: ReactNode }) {
  const { state } = useFormState();
  const isWrong = state.status === "refused" && fields.some((field) => field in state.fields);
  return (
    <details open={isWrong || undefined} className="group rounded-lg border border-hairline">
      <summary className="flex items-center justify-between gap-3 rounded-lg px-3.5 py-2.5 font-medium">
        Advanced settings
        <Glyph name="down" className="size-4 text-ink-faint group-open:rotate-180" />
      </summary>
      <div className="flex flex-col gap-5 border-hairline border-t px-3.5 py-4">{children}</div>
    </details>
  );
}
