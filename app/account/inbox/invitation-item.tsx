import type { Route } from "next";
import { Form, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Mail } from "@/app/_ui/icons";
import { Link } from "@/app/_ui/link";
import { RelativeTime } from "@/app/_ui/time";
import { roleText } from "@/server/access/permissions";
import type { Outputs } from "@/server/composition/outputs";
import { acceptInvitation, declineInvitation } from "./actions";
import { Item } from "./item";

type Offer = Outputs["account"]["inbox"]["invitations"][number];

/** Draws an invitation to the person, with its answers. */
export function InvitationItem({ offer }: { offer: Offer }) {
  const { id, workspaceName, inviterName, role, expiresAt, isFull } = offer;
  const fields = { invitationId: id };
  return (
    <Item
      icon={<Mail />}
      at={null}
      title={
        <>
          {inviterName} invited you to <strong className="font-medium">{workspaceName}</strong>
        </>
      }
      actions={
        <>
          {!isFull && (
            <Form action={acceptInvitation}>
              <HiddenFields values={fields} />
              <SubmitButton size="sm" aria-label={`Accept invitation to ${workspaceName}`}>
                Accept invitation
              </SubmitButton>
            </Form>
          )}
          <Form action={declineInvitation}>
            <HiddenFields values={fields} />
            <SubmitButton size="sm" variant="ghost" aria-label={`Decline invitation to ${workspaceName}`}>
              Decline
            </SubmitButton>
          </Form>
        </>
      }
    >
      As {roleText[role].name} · expires <RelativeTime date={expiresAt} />
      {isFull && (
        <>
          {" "}
          · Every seat is taken.{" "}
          <Link href={"/welcome" as Route} className="underline underline-offset-3">
            Ask for a seat
          </Link>
        </>
      )}
    </Item>
  );
}
