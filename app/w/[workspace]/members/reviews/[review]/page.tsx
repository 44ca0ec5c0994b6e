import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { EmptyState } from "@/app/_ui/empty-state";
import { formatNumber } from "@/app/_ui/format";
import { Notice } from "@/app/_ui/notice";
import { chosenOf, placeOf } from "@/app/_ui/page-query";
import { Tabs } from "@/app/_ui/tabs";
import { api } from "@/server/composition/caller";
import { DecideDialog } from "../../_reviews/decide-dialog";
import { Refresh } from "../../_reviews/refresh";
import { ReviewHead } from "../../_reviews/review-head";
import { ClosedItems, listAddress, OpenItems, type ReviewQuery } from "../../_reviews/review-tables";
import type { Review } from "../../_reviews/words";

export const metadata: Metadata = { title: "Access review" };

type Props = { params: Promise<{ workspace: string; review: string }>; searchParams: Promise<ReviewQuery> };

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Draws a review: the pending decisions while it is open, then its result, which can be printed. */
export default async function ReviewPage({ params, searchParams }: Props) {
  const [{ workspace: slug, review: reviewId }, query] = await Promise.all([params, searchParams]);
  if (!uuid.test(reviewId)) notFound();
  const { reviews } = await api();
  const review = await reviews.get({ workspace: slug, reviewId });
  return (
    <article className="flex flex-col gap-6 print:gap-4">
      <ReviewHead slug={slug} review={review} />
      {review.closedAt ? (
        <Closed slug={slug} review={review} />
      ) : review.phase === "members" || review.phase === "keys" ? (
        <>
          <Notice role="status" title="This review is being prepared">
            Members and keys are being checked. They appear on this page when that is done.
          </Notice>
          <Refresh />
        </>
      ) : (
        <Open slug={slug} review={review} query={query} />
      )}
    </article>
  );
}

async function Closed({ slug, review }: { slug: string; review: Review }) {
  const { reviews } = await api();
  const of = { workspace: slug, reviewId: review.id };
  const [members, keys] = await Promise.all([
    reviews.items({ ...of, kind: "member" }),
    reviews.items({ ...of, kind: "key" }),
  ]);
  if (members.rows.length + keys.rows.length === 0)
    return (
      <EmptyState title="Nothing had to be reviewed">
        Every member was active in the 90 days before, and every key is in use, expires and has a limit.
      </EmptyState>
    );
  return (
    <>
      <ClosedItems slug={slug} reviewId={review.id} kind="member" page={members} />
      <ClosedItems slug={slug} reviewId={review.id} kind="key" page={keys} />
    </>
  );
}

async function Open({ slug, review, query }: { slug: string; review: Review; query: ReviewQuery }) {
  const { reviews } = await api();
  const toDecide = (kind: "member" | "key") =>
    review.counts.find((count) => count.kind === kind && count.decision === null)?.n ?? 0;
  const kind = query.kind === "key" || (query.kind === undefined && review.members === 0) ? "key" : "member";
  const path = `/w/${slug}/members/reviews/${review.id}`;
  const state = query.state === "all" ? {} : { state: "undecided" as const };
  const page = await reviews.items({
    workspace: slug,
    reviewId: review.id,
    kind,
    ...state,
    ...placeOf(query),
  });
  return (
    <div>
      <Tabs
        label="What is reviewed"
        current={kind === "member" ? "Members" : "Keys"}
        tabs={[
          { name: "Members", href: `${path}?kind=member`, count: formatNumber(toDecide("member")) },
          { name: "Keys", href: `${path}?kind=key`, count: formatNumber(toDecide("key")) },
        ]}
      />
      <OpenItems path={path} kind={kind} query={query} page={page} />
      {query.chosen && (
        <DecideDialog
          slug={slug}
          reviewId={review.id}
          here={listAddress(path, kind, query)}
          dialog={query.dialog}
          kind={kind}
          rows={chosenOf(page.rows, query.chosen, ({ subject }) => subject)}
        />
      )}
    </div>
  );
}
