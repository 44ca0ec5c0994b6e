import { Badge } from "@/app/_ui/badge";
import { Form, SubmitButton } from "@/app/_ui/form";
import { formatUtcDay } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Person } from "@/app/_ui/person";
import { TableCell } from "@/app/_ui/table";
import { RelativeTime } from "@/app/_ui/time";
import { roleText } from "@/server/access/permissions";
import { restoreKey, restoreMember } from "../actions";
import { decisionText, type ReviewItem, reasonText } from "./words";

type Kind = "member" | "key";

export const itemColumns = {
  member: [{ label: "Member" }, { label: "Role" }, { label: "Last seen" }, { label: "Result" }],
  key: [{ label: "Key" }, { label: "Why" }, { label: "Last used" }, { label: "Result" }],
};

/** Returns the display name of an item. */
export function nameOf(item: ReviewItem, kind: Kind): string {
  if (kind === "member") return item.personName || item.personEmail || "Former account";
  return item.keyName || "Deleted key";
}

/** Draws the cells of a member or a key in a review. `restore`: where what the review has disabled can be restored. */
export function ItemCells({
  item,
  kind,
  restore,
}: {
  item: ReviewItem;
  kind: Kind;
  restore?: { slug: string; reviewId: string };
}) {
  // Closed reviews can be printed.
  const isOnPaper = restore !== undefined;
  return (
    <>
      <TableCell kind="primary">
        {kind === "member" ? (
          <Person name={nameOf(item, kind)} email={item.personEmail} />
        ) : (
          <>
            <p className="wrap-anywhere font-medium">{nameOf(item, kind)}</p>
            <p className="wrap-anywhere text-[0.8125rem] text-ink-soft">
              <span className="font-mono">
                atl_{item.subject.slice(0, 4)}…{item.lastFour}
              </span>
              {" · "}
              {item.isService ? "service key" : item.personName || item.personEmail}
            </p>
          </>
        )}
      </TableCell>
      {kind === "member" ? (
        <TableCell label="Role">{item.role && roleText[item.role].name}</TableCell>
      ) : (
        <TableCell label="Why">
          <span className="flex flex-wrap gap-1">
            {item.reasons.map((reason) => (
              <Badge key={reason}>{reasonText[reason]}</Badge>
            ))}
          </span>
        </TableCell>
      )}
      <TableCell label={kind === "member" ? "Last seen" : "Last used"}>
        {!item.isUsed && `never; ${kind === "member" ? "joined" : "made"} `}
        <When date={item.since} isOnPaper={isOnPaper} />
      </TableCell>
      <TableCell label="Result" isGlance>
        <Result item={item} isOnPaper={isOnPaper} />
        {restore && item.decision === "lapsed" && !item.restoredAt && (
          <Form action={kind === "member" ? restoreMember : restoreKey} className="mt-1.5 print:hidden">
            <HiddenFields
              values={{
                workspace: restore.slug,
                reviewId: restore.reviewId,
                [kind === "member" ? "userId" : "keyId"]: item.subject,
              }}
            />
            <SubmitButton size="sm" variant="secondary" aria-label={`Restore ${nameOf(item, kind)}`}>
              Restore
            </SubmitButton>
          </Form>
        )}
      </TableCell>
    </>
  );
}

/** Draws a time: relative, or the day in UTC on a page that can be printed. */
function When({ date, isOnPaper }: { date: Date | null; isOnPaper: boolean }) {
  return isOnPaper && date ? formatUtcDay(date) : <RelativeTime date={date} />;
}

function Result({ item, isOnPaper }: { item: ReviewItem; isOnPaper: boolean }) {
  if (!item.decision)
    return item.isLive ? <span className="text-ink-faint">To decide</span> : <Badge>Ended since</Badge>;
  const { label, tone } = decisionText[item.decision];
  return (
    <>
      <Badge tone={tone}>{label}</Badge>
      <span className="block text-[0.8125rem] text-ink-soft">
        {item.decidedBy && `${item.decidedBy}, `}
        <When date={item.decidedAt} isOnPaper={isOnPaper} />
      </span>
      {item.restoredAt && (
        <span className="block text-[0.8125rem] text-ink-soft">
          Restored <When date={item.restoredAt} isOnPaper={isOnPaper} />
        </span>
      )}
    </>
  );
}
