import { AmountField } from "@/app/_ui/amount-field";
import { ConfirmDialog } from "@/app/_ui/confirm-dialog";
import { Dialog } from "@/app/_ui/dialog";
import { Form } from "@/app/_ui/form";
import { formatMoney, plainMoney } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { SubmitActions } from "@/app/_ui/submit-actions";
import { nextMonthBegins } from "@/app/w/[workspace]/_shared/month";
import type { Tried } from "@/app/w/[workspace]/_shared/what-if/tried-limit";
import { removeLimit, removeMemberLimit, setLimit, setMemberLimit } from "../actions";
import { TryLimit } from "./try-limit";

type Props = {
  slug: string;
  here: string;
  /** The page's address with its search, to which closing a member's dialog leads, and the search alone. */
  list: string;
  listQuery: Record<string, string>;
  dialog: string | undefined;
  currency: string;
  limit: number | null;
  spent: number;
  member: { userId: string; name: string; limit: number | null; spent: number } | undefined;
  /** The result of trying a limit for the member. */
  tried: Tried | undefined;
  month: string;
  now: Date;
};

/** Draws the dialogs "Set limit" and "Remove", for the workspace and for the member in the address. */
export function LimitDialogs({
  slug,
  here,
  list,
  listQuery,
  dialog,
  currency,
  limit,
  spent,
  member,
  tried,
  month,
  now,
}: Props) {
  const money = (micro: number) => formatMoney(micro, currency);
  return (
    <>
      <Dialog
        id="limit"
        open={dialog === "limit"}
        title={limit === null ? "Set a monthly limit" : "Change the monthly limit"}
        description="It applies from the next request on, and resets on the first of each month, 00:00 UTC."
        closeHref={here}
      >
        <Form action={setLimit} closeOnDone>
          <HiddenFields values={{ workspace: slug }} />
          <MonthlyLimitField
            currency={currency}
            limit={limit}
            hint={`${money(spent)} has been spent this month. You can set a lower limit: requests that cost something are then refused until the first of next month.`}
          />
          <SubmitActions pendingLabel="Saving…">Save limit</SubmitActions>
        </Form>
      </Dialog>
      {limit !== null && (
        <ConfirmDialog
          id="remove-limit"
          open={dialog === "remove-limit"}
          title="Remove the monthly limit?"
          description="Requests are no longer refused because of their total cost. The limits of members and keys stay."
          closeHref={here}
          action={removeLimit}
          closeOnDone
          fields={{ workspace: slug }}
          submitLabel="Remove limit"
          pendingLabel="Removing…"
        />
      )}
      {member && dialog === "member-limit" && (
        <Dialog
          id={`limit-${member.userId}`}
          open
          title={`Monthly limit of ${member.name}`}
          description="How much their own keys together may spend in a calendar month. Service keys are not included."
          closeHref={list}
        >
          <Form action={setMemberLimit} closeOnDone>
            <HiddenFields values={{ workspace: slug, userId: member.userId }} />
            <MonthlyLimitField
              currency={currency}
              limit={member.limit}
              hint={`${money(member.spent)} has been spent this month. With a lower limit, requests that cost something are refused until the first of next month.`}
            />
            <SubmitActions pendingLabel="Saving…">Save limit</SubmitActions>
          </Form>
          <TryLimit
            id="try-member-limit"
            href={here}
            query={{ ...listQuery, dialog: `member-limit:${member.userId}` }}
            save={setMemberLimit}
            fields={{ workspace: slug, userId: member.userId }}
            currency={currency}
            now={now}
            spent={member.spent}
            begins={nextMonthBegins(month)}
            tried={tried}
          />
        </Dialog>
      )}
      {member && dialog === "remove-member-limit" && (
        <ConfirmDialog
          id={`remove-limit-${member.userId}`}
          open
          title={`Remove the limit of ${member.name}?`}
          description="The limits of the workspace and of their keys stay."
          closeHref={list}
          action={removeMemberLimit}
          closeOnDone
          fields={{ workspace: slug, userId: member.userId }}
          submitLabel="Remove limit"
          pendingLabel="Removing…"
        />
      )}
    </>
  );
}

function MonthlyLimitField({ currency, limit, hint }: { currency: string; limit: number | null; hint: string }) {
  return (
    <AmountField
      label="Monthly limit"
      name="limit"
      defaultValue={limit === null ? "" : plainMoney(limit)}
      placeholder="20.00"
      currency={currency}
      hint={hint}
      required
    />
  );
}
