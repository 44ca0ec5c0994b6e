import type { Metadata, Route } from "next";
import { Badge } from "@/app/_ui/badge";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { Form, SubmitButton } from "@/app/_ui/form";
import { formatUtcDay } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { ShieldCheck } from "@/app/_ui/icons";
import { Link } from "@/app/_ui/link";
import { pagerOf, placeOf, readDialog } from "@/app/_ui/page-query";
import { Pager } from "@/app/_ui/pager";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { RelativeTime } from "@/app/_ui/time";
import { workspaceHere } from "@/app/w/[workspace]/_shared/workspace-here";
import { api } from "@/server/composition/caller";
import { reviewDays } from "@/server/reviews/input";
import { phaseText } from "../_reviews/words";
import { startReview } from "../actions";
import { MembersHead } from "../head";

export const metadata: Metadata = { title: "Access reviews" };

type Props = {
  params: Promise<{ workspace: string }>;
  searchParams: Promise<{ after?: string; before?: string; page?: string; dialog?: string }>;
};

const pageSize = 20;
const columns = [
  { label: "Started" },
  { label: "Members", align: "end" as const },
  { label: "Keys", align: "end" as const },
  { label: "To decide", align: "end" as const },
  { label: "Ends" },
];

/** Draws the reviews of a workspace, and the button that starts one. */
export default async function Reviews({ params, searchParams }: Props) {
  const [{ workspace: slug }, query] = await Promise.all([params, searchParams]);
  const { reviews } = await api();
  const [workspace, page, { nextAt }] = await Promise.all([
    workspaceHere(slug),
    reviews.list({ workspace: slug, ...placeOf(query) }),
    reviews.plan({ workspace: slug }),
  ]);
  const here = `/w/${slug}/members/reviews`;
  const isOpen = page.previous === null && page.rows[0]?.closedAt === null;
  return (
    <>
      <MembersHead
        workspace={workspace}
        current="Reviews"
        here={here}
        dialog={readDialog(query.dialog).dialog}
        admins={[]}
      />
      <Card
        isFlush
        title="Access reviews"
        description={
          <>
            Confirm who still needs access. Access that no Admin confirms within {reviewDays} days is disabled.{" "}
            {nextAt ? `The next review starts on ${formatUtcDay(nextAt)}.` : "Reviews do not start automatically."}{" "}
            <Link
              href={`/w/${slug}/settings#access-reviews` as Route}
              className="text-accent-ink underline underline-offset-2"
            >
              Settings
            </Link>
          </>
        }
        action={
          !isOpen && (
            <Form action={startReview}>
              <HiddenFields values={{ workspace: slug }} />
              <SubmitButton variant="secondary" pendingLabel="Starting…">
                Start a review
              </SubmitButton>
            </Form>
          )
        }
        footer={<Pager {...pagerOf(here, {}, page, query, { size: pageSize })} />}
      >
        {page.rows.length === 0 ? (
          <EmptyState icon={<ShieldCheck />} title="No access reviews yet">
            A review lists members who have been inactive for 90 days, and keys that are idle, never expire or have no
            limit.
          </EmptyState>
        ) : (
          <Table label="Access reviews" columns={columns} isList>
            {page.rows.map((review) => (
              <TableRow key={review.id}>
                <TableCell kind="primary">
                  <span className="flex flex-wrap items-center gap-2">
                    <Link href={`${here}/${review.id}` as Route} className="font-medium underline underline-offset-2">
                      {formatUtcDay(review.startedAt)}
                    </Link>
                    <Badge tone={phaseText[review.phase].tone}>{phaseText[review.phase].label}</Badge>
                  </span>
                </TableCell>
                <TableCell label="Members" align="end" className="figures">
                  {review.members}
                </TableCell>
                <TableCell label="Keys" align="end" className="figures">
                  {review.keys}
                </TableCell>
                <TableCell label="To decide" align="end" className="figures">
                  {review.undecided}
                </TableCell>
                <TableCell label="Ends" isGlance>
                  {review.closedAt ? "Closed " : ""}
                  <RelativeTime date={review.closedAt ?? review.dueAt} />
                </TableCell>
              </TableRow>
            ))}
          </Table>
        )}
      </Card>
    </>
  );
}
