import { Badge } from "@/app/_ui/badge";
import { Card } from "@/app/_ui/card";
import { ConfirmDialog } from "@/app/_ui/confirm-dialog";
import { DialogButton } from "@/app/_ui/dialog-button";
import { Form, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { RelativeTime } from "@/app/_ui/time";
import type { Outputs, RowOf } from "@/server/composition/outputs";
import { signOutElsewhere } from "../(auth)/_sign-out/sign-out-elsewhere";
import { signOutOne } from "./actions";
import { listed } from "./listed";

type Row = RowOf<Outputs["account"]["sessions"]>;

const columns = [
  { label: "Browser" },
  { label: "From" },
  { label: "Last seen" },
  { label: "Actions", isLabelHidden: true },
];

/**
 * Draws the signed-in browsers, with the controls that sign out one other, or all others.
 *
 * @param ending the workspaces whose membership ends when all others are signed out, because a provider's groups made
 * it
 */
export function Sessions({
  rows,
  hasLinked,
  ending,
  dialog,
}: {
  rows: Row[];
  hasLinked: boolean;
  ending: string[];
  dialog: string | undefined;
}) {
  return (
    <>
      <Card
        id="sessions"
        isFlush
        title="Signed-in browsers"
        description="A browser stays signed in for 7 days after its last use, and for at most 30 days. Signing out everywhere else also unlinks the providers that you linked after you created your account, and ends the memberships that their groups created."
        action={
          ending.length > 0 ? (
            <DialogButton size="sm" dialog="sign-out-elsewhere" href="/account?dialog=sign-out-elsewhere">
              Sign out everywhere else
            </DialogButton>
          ) : rows.length > 1 || hasLinked ? (
            <Form action={signOutElsewhere}>
              <SubmitButton variant="secondary" size="sm" pendingLabel="Signing out…">
                Sign out everywhere else
              </SubmitButton>
            </Form>
          ) : undefined
        }
      >
        <Table label="Signed-in browsers" columns={columns} isList>
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
              <TableCell label="Last seen" isGlance className="text-ink-soft">
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
      {dialog === "sign-out-elsewhere" && ending.length > 0 && (
        <ConfirmDialog
          id="sign-out-elsewhere"
          open
          title="Sign out everywhere else?"
          description={`All your other browsers are signed out, and the providers that you linked after you created your account are unlinked. Their groups made you a member of ${listed(ending)}: these memberships end now, as if you had left. To come back, ask an Admin to invite you, or link the provider again and sign in with it.`}
          closeHref="/account#sessions"
          action={signOutElsewhere}
          closeOnDone
          fields={{}}
          submitLabel="Sign out and leave"
          pendingLabel="Signing out…"
        />
      )}
    </>
  );
}
