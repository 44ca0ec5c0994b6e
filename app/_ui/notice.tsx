import type { ReactNode } from "react";
import { Glyph } from "./glyph";

export type Tone = "info" | "success" | "warning" | "danger";

const looks: Record<Tone, string> = {
  info: "border-hairline bg-sunken text-ink [&>svg]:text-ink-soft",
  success: "border-success/25 bg-success-soft text-ink [&>svg]:text-success",
  warning: "border-warning/25 bg-warning-soft text-ink [&>svg]:text-warning",
  danger: "border-danger/25 bg-danger-soft text-ink [&>svg]:text-danger",
};

/**
 * Draws a highlighted message. A danger notice is read aloud at once (role="alert"), a success when the screen reader
 * is idle (role="status"). Pass `role="note"` for one that is part of the page from the start.
 */
export function Notice({
  tone = "info",
  title,
  children,
  action,
  role,
  className = "",
}: {
  tone?: Tone;
  title?: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
  role?: "alert" | "status" | "note";
  className?: string;
}) {
  const fallback = tone === "danger" ? "alert" : tone === "success" ? "status" : "note";
  return (
    <div
      role={role ?? fallback}
      className={`flex items-start gap-2.5 rounded-md border px-3 py-2.5 text-sm ${looks[tone]} ${className}`}
    >
      <Glyph
        name={tone === "success" ? "check" : tone === "info" ? "info" : "alert"}
        className="mt-[0.1875rem] size-4"
      />
      <div className="flex min-w-0 flex-1 flex-col items-start gap-2.5 sm:flex-row">
        <div className="min-w-0 flex-1">
          {title && <p className="font-medium">{title}</p>}
          {children && <div className={title ? "mt-0.5 text-ink-soft" : ""}>{children}</div>}
        </div>
        {action}
      </div>
    </div>
  );
}
