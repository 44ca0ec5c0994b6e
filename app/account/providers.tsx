import { Badge } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { ConfirmDialog } from "@/app/_ui/confirm-dialog";
import { DialogButton } from "@/app/_ui/dialog-button";
import { Form, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import type { Outputs, RowOf } from "@/server/composition/outputs";
import { unlinkProvider } from "./actions";
import { listed } from "./listed";

type Provider = RowOf<Outputs["account"]["providers"]>;

/** Draws the sign-in providers of this instance, to link and unlink. */
export function Providers({ rows, query }: { rows: Provider[]; query: { dialog?: string; provider?: string } }) {
  const chosen = query.dialog === "unlink" ? rows.find(({ id }) => id === query.provider) : undefined;
  return (
    <>
      <Card id="providers" title="Sign-in providers" description="A linked provider signs you in without an e-mail.">
        <ul aria-label="Sign-in providers" className="divide-y divide-hairline">
          {rows.map(({ id, name, isLinked, workspaces }) => (
            <li key={id} className="flex flex-wrap items-center justify-between gap-3 py-2.5">
              <span className="flex items-center gap-2 font-medium">
                {name}
                {isLinked && <Badge tone="success">Linked</Badge>}
              </span>
              {isLinked && workspaces.length > 0 && (
                <DialogButton
                  size="sm"
                  variant="ghost"
                  aria-label={`Unlink ${name}`}
                  dialog={`unlink-${id}`}
                  href={`/account?dialog=unlink&provider=${id}`}
                >
                  Unlink
                </DialogButton>
              )}
              {isLinked && workspaces.length === 0 && (
                <Form action={unlinkProvider}>
                  <HiddenFields values={{ provider: id }} />
                  <SubmitButton size="sm" variant="ghost" aria-label={`Unlink ${name}`}>
                    Unlink
                  </SubmitButton>
                </Form>
              )}
              {!isLinked && (
                <form action="/api/auth/start" method="post">
                  <HiddenFields values={{ provider: id }} />
                  <input type="hidden" name="purpose" value="link" />
                  <input type="hidden" name="callbackUrl" value="/account" />
                  <Button type="submit" size="sm" aria-label={`Link ${name}`}>
                    Link
                  </Button>
                </form>
              )}
            </li>
          ))}
        </ul>
      </Card>
      {chosen?.isLinked && chosen.workspaces.length > 0 && (
        <ConfirmDialog
          id={`unlink-${chosen.id}`}
          open
          title={`Unlink ${chosen.name}?`}
          description={`You can no longer sign in with it. Its groups made you a member of ${listed(chosen.workspaces)}: these memberships end now, as if you had left. To come back, ask an Admin to invite you, or link the provider again and sign in with it.`}
          closeHref="/account#providers"
          action={unlinkProvider}
          fields={{ provider: chosen.id }}
          submitLabel="Unlink and leave"
          pendingLabel="Unlinking…"
        />
      )}
    </>
  );
}
