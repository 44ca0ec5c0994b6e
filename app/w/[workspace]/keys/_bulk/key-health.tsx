import { LinkButton } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { DialogButton } from "@/app/_ui/dialog-button";
import { withQuery } from "@/app/_ui/page-query";
import type { KeyFlaw } from "@/server/keys/list/input";
import { flawText } from "./flaws";

type Props = {
  here: string;
  /** Whether these are all keys of the workspace, which can be fixed in bulk, or only the member's own. */
  isWorkspaceWide: boolean;
  /** Whether all keys were counted; otherwise the numbers are minimums. */
  isAll: boolean;
  flaws: { flaw: KeyFlaw; keys: number }[];
  hasPolicy: boolean;
};

/** Shows how many keys are a risk, with links to them. */
export function KeyHealth({ here, isWorkspaceWide, isAll, flaws, hasPolicy }: Props) {
  const shown = flaws.filter(({ flaw, keys }) => keys > 0 || flaw !== "beyond-policy" || hasPolicy);
  return (
    <Card
      id="key-health"
      isFlush
      title="Key health"
      description={isWorkspaceWide ? "Keys that need attention." : "Your keys that need attention."}
    >
      <ul className="divide-y divide-hairline">
        {shown.map(({ flaw, keys }) => {
          const { one, many, which } = flawText[flaw];
          const query = { state: flaw, ...(isWorkspaceWide ? {} : { owner: "mine" }) };
          return (
            <li
              key={flaw}
              className="flex min-h-12 flex-wrap items-center justify-between gap-x-3 gap-y-1 px-4 py-2 md:px-5"
            >
              <span className={keys > 0 ? "" : "text-ink-faint"}>
                <span className="figures font-medium">
                  {keys}
                  {isAll ? "" : "+"}
                </span>{" "}
                {keys === 1 && isAll ? one : many}
              </span>
              {keys > 0 && (
                <span className="flex gap-2">
                  <LinkButton href={withQuery(here, query)} size="sm" variant="ghost" scroll={false}>
                    Show<span className="sr-only"> keys {which}</span>
                  </LinkButton>
                  {isWorkspaceWide && (
                    <DialogButton
                      size="sm"
                      dialog={`fix-${flaw}`}
                      href={withQuery(here, { state: flaw, dialog: "fix" })}
                      aria-label={`Fix in bulk: keys ${which}`}
                    >
                      Fix in bulk
                    </DialogButton>
                  )}
                </span>
              )}
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
