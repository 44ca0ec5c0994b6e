import { Card } from "@/app/_ui/card";
import { ConfirmationField } from "@/app/_ui/confirmation-field";
import { CloseDialogButton, Dialog, DialogActions } from "@/app/_ui/dialog";
import { DialogButton } from "@/app/_ui/dialog-button";
import { Form } from "@/app/_ui/form";
import { Link } from "@/app/_ui/link";
import { SubmitActions } from "@/app/_ui/submit-actions";
import { deleteAccount } from "./actions";

type Plan = { ends: string[]; leaves: string[]; blockedBy: { name: string; slug: string }[] };

/** Draws "Delete account": what would be lost, what prevents it, and the address typed again as confirmation. */
export function DeleteAccount({ email, plan }: { email: string; plan: Plan | null }) {
  return (
    <>
      <Card
        id="delete"
        tone="danger"
        title="Delete account"
        description="Your name and address are deleted, and all your browsers are signed out. This cannot be undone."
        action={
          <DialogButton dialog="delete" href="/account?dialog=delete">
            Delete account
          </DialogButton>
        }
      />
      {plan && (
        <Dialog
          id="delete"
          open
          title={plan.blockedBy.length > 0 ? "Your account cannot be deleted yet" : "Delete your account?"}
          description={
            plan.blockedBy.length > 0
              ? "You are the last Admin of workspaces that have other members."
              : "This cannot be undone."
          }
          closeHref="/account"
        >
          {plan.blockedBy.length > 0 ? (
            <Blocked workspaces={plan.blockedBy} />
          ) : (
            <Confirmation email={email} plan={plan} />
          )}
        </Dialog>
      )}
    </>
  );
}

function Confirmation({ email, plan }: { email: string; plan: Plan }) {
  return (
    <Form action={deleteAccount}>
      <Lost
        sentence="You are the only member of these workspaces. They are deleted with their API keys, which stop working at once:"
        names={plan.ends}
      />
      <Lost
        sentence="You leave these workspaces. The keys and models you made stay there; your private files are deleted:"
        names={plan.leaves}
      />
      <ConfirmationField label={`Type ${email} to confirm`} />
      <SubmitActions variant="danger" pendingLabel="Deleting…">
        Delete my account
      </SubmitActions>
    </Form>
  );
}

function Blocked({ workspaces }: { workspaces: Plan["blockedBy"] }) {
  return (
    <>
      <p>Make another member an Admin first:</p>
      <ul className="mt-2 mb-5 flex flex-col gap-1">
        {workspaces.map(({ name, slug }) => (
          <li key={slug}>
            <Link href={`/w/${slug}/members`} className="text-accent-ink underline underline-offset-2">
              Members of {name}
            </Link>
          </li>
        ))}
      </ul>
      <DialogActions>
        <CloseDialogButton>Close</CloseDialogButton>
      </DialogActions>
    </>
  );
}

function Lost({ sentence, names }: { sentence: string; names: string[] }) {
  if (names.length === 0) return null;
  return (
    <div>
      <p className="text-ink-soft">{sentence}</p>
      <ul className="mt-1 list-disc pl-5">
        {names.map((name, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two workspaces may have one name, and the list does not move.
          <li key={index}>{name}</li>
        ))}
      </ul>
    </div>
  );
}
