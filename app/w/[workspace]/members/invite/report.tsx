"use client";

import { LinkButton } from "@/app/_ui/button";
import { csvHead, csvLine } from "@/app/_ui/csv";
import { DownloadLink } from "@/app/_ui/download-link";
import { formatCount } from "@/app/_ui/format";
import { roleText } from "@/server/access/permissions";
import type { RowOutcome } from "@/server/joining/invitations/bulk/slice";
import { RowList } from "./row-list";
import { outcomeWords } from "./row-words";

/** Shows the result of every row, and offers it as a file. */
export function Report({ slug, results }: { slug: string; results: RowOutcome[] }) {
  const sent = results.filter(({ outcome }) => outcome === "invited").length;
  // Failed rows come first, because they are what people look for.
  const sorted = results.toSorted((one, other) => weight(one) - weight(other));
  const csv = [
    csvHead(["email", "role", "result"]),
    ...results.map(({ email, role, outcome }) =>
      csvLine([email, isRoleClear(outcome) ? role : "", outcomeWords[outcome][0]]),
    ),
  ];
  return (
    <>
      <p role="status" className="font-medium">
        {sent === 0 ? "No invitation was sent." : `${formatCount(sent, "invitation")} on the way.`}{" "}
        {results.length > sent && `${formatCount(results.length - sent, "row")} not sent.`}
      </p>
      <RowList
        label="Results"
        rows={sorted.map(({ email, role, outcome }) => ({
          key: email,
          text: email,
          detail: isRoleClear(outcome) ? roleText[role].name : "",
          words: outcomeWords[outcome],
        }))}
      />
      <div className="flex flex-wrap gap-2">
        <LinkButton variant="primary" href={`/w/${slug}/members/invitations`}>
          Back to members
        </LinkButton>
        <DownloadLink fileName={`invitations-${slug}.csv`} text={csv.join("")}>
          Download the report
        </DownloadLink>
      </div>
    </>
  );
}

const isRoleClear = (outcome: RowOutcome["outcome"]) => outcome !== "unknown_role" && outcome !== "two_roles";

const weight = ({ outcome }: RowOutcome) => ["danger", "neutral", "success"].indexOf(outcomeWords[outcome][1]);
