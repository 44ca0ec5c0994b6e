import { formatCount } from "@/app/_ui/format";
import { inTheLast } from "@/app/w/[workspace]/_shared/of-late";
import type { Outputs } from "@/server/composition/outputs";

type Impact = Outputs["members"]["impact"] | null;

/** Shows which recent calls another role would have refused: only calls in the browser, because keys keep working. */
export function RoleImpact({ impact }: { impact: Impact }) {
  if (!impact?.inBrowser) return null;
  return (
    <p className="text-ink-soft">
      {inTheLast(impact.days)} the roles Billing and Viewer would have refused {formatCount(impact.inBrowser, "call")}{" "}
      that they made in the browser. Their keys keep working.
    </p>
  );
}

/** Shows which recent calls a removal would have refused. */
export function RemovalImpact({ impact }: { impact: Impact }) {
  if (!impact) return null;
  const { inBrowser, withKeys, keys, days } = impact;
  if (inBrowser + withKeys === 0)
    return (
      <p className="text-ink-soft">They made no calls in the last 30 days, neither in the browser nor with keys.</p>
    );
  return (
    <p className="text-ink-soft">
      {inTheLast(days)} this would have refused {formatCount(inBrowser, "call")} in the browser and, with their keys
      revoked, {formatCount(withKeys, "call")} by {formatCount(keys, "key")}.
    </p>
  );
}
