"use client";

import type { ReactNode } from "react";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { FilterBar } from "@/app/_ui/filter-bar";
import { Form, SubmitButton } from "@/app/_ui/form";
import { formatCount } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { RelativeTime } from "@/app/_ui/time";
import type { Outputs, RowOf } from "@/server/composition/outputs";
import { retryMails } from "./actions";

type Row = RowOf<Outputs["instance"]["mails"]>;
type Queue = Outputs["instance"]["mail"]["queue"];

const here = "/instance/mail";
const states = [
  { value: "", label: "Waiting after a failure" },
  { value: "failed", label: "Failed" },
];
const shared = [{ label: "Mail" }, { label: "Written" }, { label: "Tries", align: "end" as const }];
const columns = {
  waiting: [...shared, { label: "Last error" }, { label: "Next try" }, { label: "Actions", isLabelHidden: true }],
  failed: [...shared, { label: "Last error" }, { label: "Given up" }, { label: "What to do" }],
};

/** Draws how much mail is waiting and has failed, and a page of the mails that failed at least once. */
export function QueueCard({
  waiting,
  since,
  failed,
  state,
  rows,
  pager,
}: Queue & { state: "waiting" | "failed"; rows: Row[]; pager: ReactNode }) {
  return (
    <Card
      isFlush
      title="Queue"
      description={
        <>
          {formatCount(waiting, "mail")} waiting
          {since && (
            <>
              , the oldest written <RelativeTime date={since} />
            </>
          )}
          . {formatCount(failed, "mail")} failed in the last 30 days. The content and the recipient of a mail are
          encrypted while it waits and deleted afterwards, so they are not shown.
        </>
      }
      action={
        waiting > 0 && (
          <Form action={retryMails}>
            <SubmitButton variant="secondary" pendingLabel="Trying…">
              Try all again now
            </SubmitButton>
          </Form>
        )
      }
      footer={pager}
    >
      <FilterBar
        action={here}
        label="Filters"
        filters={[{ label: "Show", name: "state", value: state === "failed" ? state : "", options: states }]}
      />
      {state === "failed" && (
        <p className="border-hairline border-b px-4 py-3 text-[0.8125rem] text-ink-soft md:px-5">
          A failed mail cannot be sent again: its content and the links in it are deleted. Fix the cause, then follow
          the advice in its row.
        </p>
      )}
      {rows.length === 0 ? (
        <EmptyState title={state === "waiting" ? "No mail is waiting after a failure" : "No mail failed"}>
          {state === "waiting"
            ? "A mail that could not be sent is tried again for 23 hours and listed here."
            : "A mail that was permanently refused, or not sent within 23 hours, is listed here for 30 days."}
        </EmptyState>
      ) : (
        // Rows stay cards on a phone, because an operator opens this page to see why a mail failed.
        <Table label="Mails" columns={columns[state]}>
          {rows.map((row) => (
            <TableRow key={row.id}>
              <TableCell kind="primary">
                <span className="font-medium">{row.name}</span>
              </TableCell>
              <TableCell label="Written">
                <RelativeTime date={row.createdAt} />
              </TableCell>
              <TableCell label="Tries" align="end">
                {row.attempts}
              </TableCell>
              <TableCell label="Last error" className="wrap-anywhere">
                {row.lastError}
              </TableCell>
              {state === "waiting" ? (
                <>
                  <TableCell label="Next try">
                    <RelativeTime date={row.dueAt} />
                  </TableCell>
                  <TableCell kind="actions">
                    <Form action={retryMails} aria-label={`${row.name}: try again`}>
                      <HiddenFields values={{ mailId: row.id }} />
                      <SubmitButton variant="ghost" size="sm" pendingLabel="Trying…">
                        Try again now
                      </SubmitButton>
                    </Form>
                  </TableCell>
                </>
              ) : (
                <>
                  <TableCell label="Given up">
                    <RelativeTime date={row.settledAt} />
                  </TableCell>
                  <TableCell label="What to do">{row.instead}</TableCell>
                </>
              )}
            </TableRow>
          ))}
        </Table>
      )}
    </Card>
  );
}
