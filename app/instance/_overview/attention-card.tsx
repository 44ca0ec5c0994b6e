import type { Route } from "next";
import type { ReactNode } from "react";
import { Card } from "@/app/_ui/card";
import { formatCount } from "@/app/_ui/format";
import { Link } from "@/app/_ui/link";
import { Notice } from "@/app/_ui/notice";
import type { Outputs } from "@/server/composition/outputs";

type Overview = Outputs["instance"]["overview"];

const mostNamed = 10;

/** Draws the problems that need the operators' attention, or that there are none. */
export function AttentionCard({ attention, mail }: Pick<Overview, "attention" | "mail">) {
  const { serversDown, isMailFailing, areJobsLate, atCeiling, isSignUpFull, unpriced } = attention;
  const isQuiet =
    serversDown.length + atCeiling.length + (unpriced?.length ?? 0) === 0 &&
    !isMailFailing &&
    !areJobsLate &&
    !isSignUpFull;
  return (
    <Card title="Needs attention">
      {isQuiet ? (
        <p className="text-ink-soft">Nothing. All checks pass.</p>
      ) : (
        <div className="flex flex-col gap-3">
          {serversDown.map((name) => (
            <Notice key={name} tone="danger" role="note" title={`The model server ${name} cannot be reached`} />
          ))}
          {isMailFailing && (
            <Notice tone="danger" role="note" title="Mail is not delivered">
              {mail.failed > 0
                ? `${formatCount(mail.failed, "mail")} failed in the last 24 hours. The latest: ${mail.lastError ?? "unknown"}.`
                : `${formatCount(mail.queued, "mail")} waiting, the oldest for ${formatCount(Math.floor(mail.oldestSeconds / 60), "minute")}.`}{" "}
              <Link href="/instance/mail" className="underline underline-offset-3">
                See the mail that failed
              </Link>
            </Notice>
          )}
          {areJobsLate && (
            <Notice tone="warning" role="note" title="The background jobs are late">
              The figures are not up to date. Check that an instance with ROLE=web or all is running.
            </Notice>
          )}
          {isSignUpFull && (
            <Notice tone="warning" role="note" title="No more new accounts can be created today">
              The daily limit of new accounts is reached. Invited people can still sign up.{" "}
              <Link href="/instance/sign-up#abuse" className="underline underline-offset-3">
                See the limit
              </Link>
            </Notice>
          )}
          {atCeiling.length > 0 && (
            <Notice tone="warning" role="note" title="These workspaces have reached a ceiling">
              <Names>
                {atCeiling.slice(0, mostNamed).map(({ slug, name }) => (
                  <Link
                    key={slug}
                    href={`/instance/workspaces/${slug}` as Route}
                    className="wrap-anywhere underline underline-offset-3"
                  >
                    {name}
                  </Link>
                ))}
                {atCeiling.length > mostNamed && "and more"}
              </Names>
            </Notice>
          )}
          {unpriced && unpriced.length > 0 && (
            <Notice tone="warning" role="note" title={`${formatCount(unpriced.length, "model")} without a price`}>
              <Names>
                {unpriced.slice(0, mostNamed).map((id) => (
                  <span key={id} className="wrap-anywhere font-mono text-[0.8125rem]">
                    {id}
                  </span>
                ))}
                {unpriced.length > mostNamed && "and more"}
              </Names>
            </Notice>
          )}
        </div>
      )}
    </Card>
  );
}

function Names({ children }: { children: ReactNode }) {
  return <div className="flex flex-wrap gap-x-3 gap-y-1">{children}</div>;
}
