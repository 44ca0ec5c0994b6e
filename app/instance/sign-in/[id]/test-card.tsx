import { Button } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Notice, type Tone } from "@/app/_ui/notice";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import type { Outputs } from "@/server/composition/outputs";
import { GroupPlan } from "./group-plan";

type Test = NonNullable<Outputs["instance"]["signInProvider"]["test"]>;

const verdicts: Record<Test["outcome"], { tone: Tone; text: string }> = {
  signs_in: { tone: "success", text: "It would sign in the person who has linked this account." },
  new_account: { tone: "success", text: "It would create a new account with this address." },
  has_account: {
    tone: "warning",
    text: "It would be refused: an account with this address exists but has not linked the provider. Its owner has to sign in by e-mail and link the provider under Account.",
  },
  unverified: {
    tone: "danger",
    text: "It would be refused: the provider does not say that the address is verified (email_verified). Verify it there, or trust every address.",
  },
  no_address: {
    tone: "danger",
    text: "It would be refused: there is no usable address in the address claim. Check what the provider sends, and the address claim against the claims below.",
  },
  deactivated: { tone: "warning", text: "It would be refused: the person's account is deactivated." },
  sign_up_closed: {
    tone: "warning",
    text: "It would be refused: there is no account with this address, and the address may not create one (Sign-up).",
  },
  too_many_accounts: {
    tone: "warning",
    text: "It would be refused: there is no account with this address, and the daily limit of new accounts is reached (Sign-up, Limits against abuse).",
  },
  cancelled: {
    tone: "warning",
    text: "The sign-in was cancelled at the provider, or the provider does not let this account use Atelier.",
  },
  unreachable: { tone: "danger", text: "The provider does not answer." },
  misconfigured: { tone: "danger", text: "The provider's answer cannot be used." },
  expired: { tone: "warning", text: "The test took too long. Start again." },
  linked_elsewhere: { tone: "warning", text: "Another person has linked this account." },
  sign_in_again: { tone: "warning", text: "Sign in again, then test once more." },
  too_many: { tone: "warning", text: "Too many tests in a short time. Try again later." },
  other_provider: {
    tone: "warning",
    text: "It would be refused: the domain of this address is required to use another provider.",
  },
  disabled: { tone: "warning", text: "The provider is disabled." },
  clock: { tone: "danger", text: "It would be refused: the clocks differ, or the answer came late." },
  replayed: { tone: "warning", text: "It would be refused: this answer was already used. Start again." },
  unsolicited: { tone: "warning", text: "It would be refused: the sign-in was not started here." },
};

/**
 * The texts that differ for SAML providers: they have attributes instead of claims, and do not report whether an
 * address is verified.
 */
const samlVerdicts: Partial<typeof verdicts> = {
  unverified: {
    tone: "danger",
    text: "It would be refused: a SAML provider does not say whether an address is verified. Choose “Trust every address” if its administrators are yours.",
  },
  no_address: {
    tone: "danger",
    text: "It would be refused: there is no usable address in the address attribute. Check what the provider sends, and the address attribute against the attributes below.",
  },
};

/** Draws the button that starts a test sign-in at the provider, and the result of the last test. */
export function TestCard({ id, name, test, isSaml }: { id: string; name: string; test: Test | null; isSaml: boolean }) {
  return (
    <Card
      title="Test sign-in"
      description={`Go through a sign-in at ${name} and see every ${isSaml ? "attribute" : "claim"} that comes back. You stay signed in as you are, and nothing is linked.`}
    >
      <div id="test" className="flex flex-col gap-4">
        <form action="/api/auth/start" method="post">
          <HiddenFields values={{ provider: id, purpose: "test" }} />
          <Button type="submit">Test sign-in</Button>
        </form>
        {test && <Result test={test} isSaml={isSaml} />}
      </div>
    </Card>
  );
}

function Result({ test, isSaml }: { test: Test; isSaml: boolean }) {
  const { outcome, cause, taken, idToken, userinfo, byReference, groups } = test;
  const { tone, text } = (isSaml ? samlVerdicts[outcome] : undefined) ?? verdicts[outcome];
  return (
    <>
      <Notice tone={tone} title="Your last test">
        {text}
        {cause && <span className="block wrap-anywhere">Reason: {cause}</span>}
      </Notice>
      {byReference.length > 0 && (
        <Notice tone="warning" title="Claims by reference">
          The provider sends these only as a reference, which Atelier does not follow: {byReference.join(", ")}. Entra
          does so for people in more than 200 groups: have it send only the groups that are assigned to the application.
        </Notice>
      )}
      {taken && (
        <Claims
          label="Values used"
          column="What"
          rows={[
            { name: "Subject", value: taken.subject },
            { name: "Address", value: taken.email ?? "none" },
            { name: "Name", value: taken.name ?? "none: it is made of the address" },
          ]}
        />
      )}
      {groups && <GroupPlan plan={groups} />}
      {idToken.length > 0 && (
        <Claims
          label={isSaml ? "Attributes in the assertion" : "Claims in the ID token"}
          column={isSaml ? "Attribute" : "Claim"}
          rows={idToken}
        />
      )}
      {userinfo && <Claims label="Claims at userinfo" column="Claim" rows={userinfo} />}
    </>
  );
}

type ClaimsProps = { label: string; column: string; rows: { name: string; value: string }[] };

function Claims({ label, column, rows }: ClaimsProps) {
  return (
    <section aria-label={label}>
      <h3 className="mb-2 font-medium">{label}</h3>
      <Table label={label} columns={[{ label: column }, { label: "Value" }]}>
        {rows.map(({ name, value }) => (
          <TableRow key={name}>
            <TableCell kind="primary" className="wrap-anywhere">
              {name}
            </TableCell>
            <TableCell label="Value" className="wrap-anywhere">
              {value}
            </TableCell>
          </TableRow>
        ))}
      </Table>
    </section>
  );
}
