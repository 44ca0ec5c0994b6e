import { RowLink } from "@/app/_ui/row-link";
import { spendingHref } from "./spending-href";

/**
 * Draws a link to all spending limits of a subject. `name`: the subject, for screen readers, where the visible text
 * does not name it.
 */
export function LimitsLink({
  slug,
  of,
  name,
  text = "All limits",
}: {
  slug: string;
  of: string;
  name?: string;
  text?: string;
}) {
  return (
    <RowLink
      href={spendingHref(slug, of)}
      className="text-[0.8125rem] text-ink-soft underline underline-offset-3"
      aria-label={name === undefined ? undefined : `${text} of ${name}`}
    >
      {text}
    </RowLink>
  );
}
