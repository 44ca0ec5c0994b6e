import type { Route } from "next";
import { Badge } from "@/app/_ui/badge";
import { buttonClass } from "@/app/_ui/button";
import { formatCount, formatUtc, formatUtcDay } from "@/app/_ui/format";
import { Download, Printer } from "@/app/_ui/icons";
import { Link } from "@/app/_ui/link";
import { Notice } from "@/app/_ui/notice";
import { PrintButton } from "@/app/_ui/print-button";
import { phaseText, type Review } from "./words";

/** Draws the head of a review: its purpose, its state and, when it is closed, whether its result matches its seal. */
export function ReviewHead({ slug, review }: { slug: string; review: Review }) {
  const { label, tone } = phaseText[review.phase];
  const here = `/w/${slug}/members/reviews`;
  return (
    <>
      <p className="-mb-4 print:hidden">
        <Link href={here as Route} className="text-accent-ink underline underline-offset-2">
          Access reviews
        </Link>
      </p>
      <header className="flex flex-col gap-4 border-hairline border-b pb-6 md:flex-row md:items-start md:justify-between print:flex-row print:justify-between">
        <div className="min-w-0">
          <p className="caption">Access review</p>
          <h1 className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-2xl tracking-[-0.022em]">
            {formatUtcDay(review.startedAt)}
            <span className="text-sm tracking-normal">
              <Badge tone={tone}>{label}</Badge>
            </span>
          </h1>
          <p className="wrap-anywhere mt-1 text-[0.9375rem] text-ink-soft">{review.workspaceName}</p>
          <p className="figures mt-1 text-[0.8125rem] text-ink-soft">
            {review.startedBy ? `Started by ${review.startedByName ?? "a former account"}` : "Started by the schedule"}{" "}
            · {review.closedAt ? `closed ${formatUtc(review.closedAt)}` : `ends ${formatUtc(review.dueAt)}`}
          </p>
        </div>
        <div className="md:text-right print:text-right">
          <p className="text-[0.8125rem] text-ink-soft">{review.closedAt ? "Reviewed" : "To decide"}</p>
          <p className="figures font-semibold text-3xl tracking-[-0.02em]">
            {review.closedAt ? review.members + review.keys : review.undecided}
          </p>
          <p className="figures text-[0.8125rem] text-ink-soft">
            {review.closedAt ? "" : `of ${review.members + review.keys}: `}
            {formatCount(review.members, "member")}, {formatCount(review.keys, "key")}
          </p>
          {review.closedAt && (
            <div className="mt-3 flex flex-wrap gap-2 md:justify-end print:hidden">
              <PrintButton size="sm" icon={<Printer />}>
                Print
              </PrintButton>
              <a href={`${here}/${review.id}/result`} className={buttonClass({ size: "sm" })}>
                <Download />
                Download result
              </a>
            </div>
          )}
        </div>
      </header>
      {review.seal && <Seal slug={slug} reviewId={review.id} seal={review.seal} />}
      {review.isCut && (
        <Notice title="The review does not include everything">
          It contains the first 5,000 members and 5,000 keys. The others are included in the next review, after these
          are decided.
        </Notice>
      )}
    </>
  );
}

function Seal({ slug, reviewId, seal }: { slug: string; reviewId: string; seal: NonNullable<Review["seal"]> }) {
  if (!seal.isIntact)
    return (
      <Notice tone="danger" role="note" title="This result differs from the sealed one">
        {seal.sealedAt
          ? "The audit log has a different digest: data was changed in the database after the review was closed."
          : "The audit log has no digest of it."}
      </Notice>
    );
  return (
    <Notice
      tone="success"
      role="note"
      title="Verified: this result matches its seal in the audit log"
      action={
        <Link
          href={`/w/${slug}/audit?${new URLSearchParams({ type: "review", thing: reviewId })}` as Route}
          className="text-accent-ink underline underline-offset-2 print:hidden"
        >
          Audit log
        </Link>
      }
    >
      <span className="wrap-anywhere">
        SHA-256 <span className="font-mono text-[0.8125rem]">{seal.digest}</span>
        {seal.sealedAt && <span>, {formatUtc(seal.sealedAt)}</span>}
      </span>
    </Notice>
  );
}
