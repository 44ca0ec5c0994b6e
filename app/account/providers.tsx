import { Badge } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { Form, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { unlinkProvider } from "./actions";

/** Draws the sign-in providers of this instance, to link and unlink. */
export function Providers({ rows }: { rows: { id: string; name: string; isLinked: boolean }[] }) {
  return (
    <Card
      id="providers"
      title="Sign-in providers"
      description="A linked provider signs you in without an e-mail. The e-mail link always works."
    >
      <ul aria-label="Sign-in providers" className="divide-y divide-hairline">
        {rows.map(({ id, name, isLinked }) => (
          <li key={id} className="flex flex-wrap items-center justify-between gap-3 py-2.5">
            <span className="flex items-center gap-2 font-medium">
              {name}
              {isLinked && <Badge tone="success">Linked</Badge>}
            </span>
            {isLinked ? (
              <Form action={unlinkProvider}>
                <HiddenFields values={{ provider: id }} />
                <SubmitButton size="sm" variant="ghost" aria-label={`Unlink ${name}`}>
                  Unlink
                </SubmitButton>
              </Form>
            ) : (
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
  );
}
