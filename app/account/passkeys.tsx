import { AddPasskey } from "@/app/_shared/add-passkey/add-passkey";
import { Badge } from "@/app/_ui/badge";
import { Card } from "@/app/_ui/card";
import { ConfirmDialog } from "@/app/_ui/confirm-dialog";
import { Dialog } from "@/app/_ui/dialog";
import { DialogButton } from "@/app/_ui/dialog-button";
import { TextField } from "@/app/_ui/field";
import { Form } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { SubmitActions } from "@/app/_ui/submit-actions";
import { RelativeTime } from "@/app/_ui/time";
import { removePasskey, renamePasskey } from "./actions";

type Passkey = { id: string; name: string; isSynced: boolean; createdAt: Date; lastUsedAt: Date | null };

type Props = { isPossible: boolean; rows: Passkey[]; query: { dialog?: string; passkey?: string } };

/** Draws the person's passkeys, with the controls that add, rename and remove one. */
export function Passkeys({ isPossible, rows, query }: Props) {
  const chosen = rows.find(({ id }) => id === query.passkey);
  return (
    <>
      <Card
        id="passkeys"
        title="Passkeys"
        description="Sign in with your fingerprint, face or PIN instead of a mailed link."
      >
        {rows.length > 0 && (
          <ul aria-label="Passkeys" className="mb-5 divide-y divide-hairline">
            {rows.map((passkey) => (
              <Row key={passkey.id} {...passkey} />
            ))}
          </ul>
        )}
        {isPossible ? (
          <AddPasskey />
        ) : (
          <p className="text-ink-soft">
            Passkeys work only when the address of this Atelier uses https and a host name.
          </p>
        )}
      </Card>
      {chosen && query.dialog === "rename-passkey" && (
        <Dialog id={`rename-${chosen.id}`} open title={`Rename ${chosen.name}`} closeHref="/account#passkeys">
          <Form action={renamePasskey}>
            <HiddenFields values={{ passkeyId: chosen.id }} />
            <TextField label="Name" name="name" defaultValue={chosen.name} maxLength={60} autoComplete="off" required />
            <SubmitActions pendingLabel="Renaming…">Rename</SubmitActions>
          </Form>
        </Dialog>
      )}
      {chosen && query.dialog === "remove-passkey" && (
        <ConfirmDialog
          id={`remove-${chosen.id}`}
          open
          title={`Remove ${chosen.name}?`}
          description="You can no longer sign in with it. Your device may continue to offer it until you delete it there as well."
          closeHref="/account#passkeys"
          action={removePasskey}
          fields={{ passkeyId: chosen.id }}
          submitLabel="Remove passkey"
          pendingLabel="Removing…"
        />
      )}
    </>
  );
}

function Row({ id, name, isSynced, createdAt, lastUsedAt }: Passkey) {
  return (
    <li className="flex flex-wrap items-center justify-between gap-3 py-2.5">
      <div className="min-w-0">
        <p className="wrap-anywhere flex flex-wrap items-center gap-2 font-medium">
          {name}
          {isSynced && <Badge>On all your devices</Badge>}
        </p>
        <p className="text-[0.8125rem] text-ink-soft">
          Added <RelativeTime date={createdAt} />,{" "}
          {lastUsedAt ? (
            <>
              last used <RelativeTime date={lastUsedAt} />
            </>
          ) : (
            "not used yet"
          )}
        </p>
      </div>
      <div className="flex gap-2">
        <DialogButton
          size="sm"
          variant="ghost"
          aria-label={`Rename ${name}`}
          dialog={`rename-${id}`}
          href={`/account?dialog=rename-passkey&passkey=${id}`}
        >
          Rename
        </DialogButton>
        <DialogButton
          size="sm"
          variant="ghost"
          aria-label={`Remove ${name}`}
          dialog={`remove-${id}`}
          href={`/account?dialog=remove-passkey&passkey=${id}`}
        >
          Remove
        </DialogButton>
      </div>
    </li>
  );
}
