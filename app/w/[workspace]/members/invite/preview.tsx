"use client";

import { LinkButton } from "@/app/_ui/button";
import { formatCount } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Notice } from "@/app/_ui/notice";
import { Button } from "@/app/_ui/plain-button";
import { ProgressBar } from "@/app/_ui/progress-bar";
import { roleText } from "@/server/access/permissions";
import type { PreviewedRow } from "@/server/joining/invitations/bulk/router";
import { Report } from "./report";
import { RowList } from "./row-list";
import { linesOf, problemWords } from "./row-words";
import { useSending } from "./use-sending";

/** Shows which rows would be sent and which not, then the progress of sending, and then the result. */
export function Preview({
  slug,
  rows,
  folded,
  room,
}: {
  slug: string;
  rows: PreviewedRow[];
  folded: number;
  room: number;
}) {
  const good = rows.filter(({ problem }) => problem === null);
  const { state, results, error, send } = useSending(slug, good);
  if (state === "sending")
    return (
      <>
        <p role="status" className="font-medium">
          Sending: {results.length} of {good.length}
        </p>
        <ProgressBar label="Invitations sent" value={results.length} max={good.length} />
        <p className="text-ink-soft">
          Stay on this page until it is done. Each invitation is sent only once, even if you retry.
        </p>
      </>
    );
  if (state === "done")
    return (
      <>
        {error && (
          <Notice tone="danger" action={<Button onClick={send}>Send the rest again</Button>}>
            {error}
          </Notice>
        )}
        <Report slug={slug} results={[...results, ...rows.flatMap(unsent)]} />
      </>
    );
  return (
    <>
      <input type="hidden" name="step" value="send" />
      <HiddenFields values={{ list: linesOf(good) }} />
      <p role="status" className="font-medium">
        {good.length} of {formatCount(rows.length, "row")} can be invited.
        {folded > 0 && ` ${formatCount(folded, "repeated row")} left out.`}
      </p>
      {good.length > room && (
        <Notice tone="warning">
          A workspace can have 1,000 pending invitations, and there is room for {room}: the rows after those will not be
          sent.
        </Notice>
      )}
      <RowList
        label="Rows"
        rows={rows
          .toSorted((one, other) => Number(one.problem === null) - Number(other.problem === null))
          .map((row) => ({
            key: `${row.line} ${row.email}`,
            text: row.email || "(empty)",
            detail: `line ${row.line}${row.problem === "unknown_role" ? "" : `, ${roleText[row.role].name}`}`,
            words: problemWords(row),
          }))}
      />
      <div className="flex flex-wrap gap-2">
        {good.length > 0 && (
          <Button
            type="submit"
            variant="primary"
            onClick={(event) => {
              event.preventDefault();
              send();
            }}
          >
            Send {formatCount(good.length, "invitation")}
          </Button>
        )}
        <LinkButton href={`/w/${slug}/members/invite`}>Choose another list</LinkButton>
      </div>
    </>
  );
}

function unsent({ email, role, problem }: PreviewedRow) {
  return problem === null ? [] : [{ email, role, outcome: problem }];
}
