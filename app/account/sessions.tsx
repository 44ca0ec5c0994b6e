import { Badge } from "@/app/_ui/badge";
import { Card } from "@/app/_ui/card";
import { Form, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { RelativeTime } from "@/app/_ui/time";
import type { Outputs, RowOf } from "@/server/composition/outputs";
import { signOutElsewhere } from "../(auth)/_sign-out/sign-out-elsewhere";
import { signOutOne } from "./actions";

type Row = RowOf<Outputs["account"]["sessions"]>;

const columns = [
  { label: "Browser" },
  { label: "From" },
  { label: "Last seen" },
  { label: "Actions", isLabelHidden: true },
];

/** Draws the browsers that are signed in, and the way to end one other, or all others. */
export function Sessions({ rows, hasLinked }: { rows: Row[]; hasLinked: boolean }) {
  return (
    <Card
      id="sessions"
      isFlush
      title="Signed-in browsers"
      description="A browser stays signed in for 7 days after it was last used, and for 30 days at most. Signing out everywhere else also unlinks the providers that you linked after you had made your account, and ends the memberships that their groups made."
      action={
        rows.length > 1 || hasLinked ? (
          <Form action={signOutElsewhere}>
            <SubmitButton variant="secondary" size="sm" pendingLabel="Signing out…">
              Sign out everywhere else
            </SubmitButton>
          </Form>
        ) : undefined
      }
    >
      <Table label="Signed-in browsers" columns={columns}>
        {rows.map((session) => (
          <TableRow key={session.id}>
            <TableCell kind="primary">
              <span className="inline-flex flex-wrap items-center gap-2">
                {session.browser}
                {session.isThisOne && <Badge tone="accent">This one</Badge>}
              </span>
            </TableCell>
            <TableCell label="From" className="wrap-anywhere text-ink-soft">
              {session.place}
            </TableCell>
            <TableCell label="Last seen" className="text-ink-soft">
              <RelativeTime date={session.lastSeenAt} />
            </TableCell>
            <TableCell kind="actions">
              {!session.isThisOne && (
                <Form action={signOutOne}>
                  <HiddenFields values={{ sessionId: session.id }} />
                  <SubmitButton
                    variant="ghost"
                    size="sm"
                    pendingLabel="Signing out…"
                    aria-label={`Sign out ${session.browser}, ${session.place}`}
                  >
                    Sign out
                  </SubmitButton>
                </Form>
              )}
            </TableCell>
          </TableRow>
        ))}
      </Table>
    </Card>
  );
}
