import type { ReactNode } from "react";
import { buttonClass, LinkButton } from "./button";
import { Glyph } from "./glyph";

/**
 * Draws "Previous" and "Next" around a summary of what is shown. A link without a target is disabled. A list with one
 * page has no pager.
 */
export function Pager({
  previousHref,
  nextHref,
  summary,
  label = "Pages",
}: {
  previousHref?: string;
  nextHref?: string;
  summary?: ReactNode;
  label?: string;
}) {
  if (previousHref === undefined && nextHref === undefined) return null;
  return (
    <nav
      aria-label={label}
      className="flex w-full flex-wrap items-center justify-between gap-3 text-[0.8125rem] text-ink-soft"
    >
      <Step href={previousHref} rel="prev">
        <Glyph name="left" />
        Previous
      </Step>
      {summary && <span className="figures text-center">{summary}</span>}
      <Step href={nextHref} rel="next">
        Next
        <Glyph name="right" />
      </Step>
    </nav>
  );
}

function Step({ href, rel, children }: { href?: string; rel: "prev" | "next"; children: ReactNode }) {
  if (href !== undefined) {
    return (
      <LinkButton href={href} rel={rel} size="sm" scroll={false}>
        {children}
      </LinkButton>
    );
  }
  return (
    <span aria-disabled="true" className={buttonClass({ size: "sm" }, true)}>
      {children}
    </span>
  );
}
