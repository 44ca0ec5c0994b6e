import type { Metadata } from "next";
import { Split, SplitTitle } from "@/app/_shared/split";
import { LinkButton } from "@/app/_ui/button";
import { Form, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { api } from "@/server/composition/caller";
import { confirmEmail } from "./actions";

export const metadata: Metadata = { title: "Confirm your address" };

type Query = Promise<{ token?: string | string[] }>;

/** Shows the page that the mail to a new address links to. Opening it changes nothing, because mail scanners open links too. */
export default async function ConfirmAddress({ searchParams }: { searchParams: Query }) {
  const { token } = await searchParams;
  const sent = typeof token === "string" && token.length <= 100 ? token : "";
  const { account } = await api();
  const [change, person] = await Promise.all([account.inspectEmailChange({ token: sent }), account.get()]);
  if (!change) {
    return (
      <Split>
        <SplitTitle title="This link no longer works">
          A link works once, for 10 minutes, and for the account that asked for it. You are signed in as{" "}
          <strong className="wrap-anywhere font-medium text-ink">{person.email}</strong>.
        </SplitTitle>
        <LinkButton href="/account" variant="primary" size="lg" full>
          Open account settings
        </LinkButton>
      </Split>
    );
  }
  return (
    <Split>
      <SplitTitle title="Confirm your address">
        Your account has the address <strong className="wrap-anywhere font-medium text-ink">{change.to}</strong> from
        now on, instead of {change.from}. All your other browsers will be signed out.
      </SplitTitle>
      <Form action={confirmEmail}>
        <HiddenFields values={{ token: sent }} />
        <SubmitButton size="lg" full pendingLabel="Changing…">
          Change my address
        </SubmitButton>
      </Form>
    </Split>
  );
}
