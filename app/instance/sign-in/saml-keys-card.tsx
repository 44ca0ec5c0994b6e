import { Badge } from "@/app/_ui/badge";
import { Card } from "@/app/_ui/card";
import { CopyButton } from "@/app/_ui/copy-button";
import { Form, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { RelativeTime } from "@/app/_ui/time";
import type { Outputs, RowOf } from "@/server/composition/outputs";
import { addSamlKey, removeSamlKey, signWithSamlKey } from "./actions";

type Key = RowOf<Outputs["instance"]["samlKeys"]>;

/** Draws the SAML keys of this instance, and the steps that replace one. */
export function SamlKeysCard({ keys }: { keys: Key[] }) {
  return (
    <Card
      title="Our key for SAML"
      description="It signs requests and decrypts assertions, for all SAML providers. To replace it: create another key, make each provider read our metadata again, sign with the new key, and remove the old one when no provider encrypts for it anymore. While there are two keys, our metadata contains both, and both decrypt."
    >
      <ul aria-label="Keys for SAML" className="divide-y divide-hairline">
        {keys.map((key) => (
          <KeyRow key={key.fingerprint} {...key} />
        ))}
      </ul>
      {keys.length === 1 && (
        <Form action={addSamlKey}>
          <SubmitButton variant="secondary" pendingLabel="Creating it…">
            Make another key
          </SubmitButton>
        </Form>
      )}
    </Card>
  );
}

function KeyRow({ fingerprint, validTo, certificate, createdAt, signsSince }: Key) {
  const short = fingerprint.slice(0, 11);
  return (
    <li className="flex flex-wrap items-center justify-between gap-3 py-2.5">
      <span className="min-w-0">
        <span className="wrap-anywhere font-mono text-[0.8125rem]">{fingerprint}</span>{" "}
        {signsSince ? <Badge tone="success">Signs</Badge> : <Badge tone="warning">Beside it</Badge>}
        <span className="block text-[0.8125rem] text-ink-soft">
          Made <RelativeTime date={createdAt} />, expires <RelativeTime date={validTo} />
        </span>
      </span>
      <span className="flex flex-wrap gap-2">
        <CopyButton value={certificate} size="sm" variant="ghost">
          Copy certificate
        </CopyButton>
        {!signsSince && (
          <>
            <Form action={signWithSamlKey}>
              <HiddenFields values={{ fingerprint }} />
              <SubmitButton size="sm" variant="secondary">
                Sign with it
              </SubmitButton>
            </Form>
            <Form action={removeSamlKey}>
              <HiddenFields values={{ fingerprint }} />
              <SubmitButton size="sm" variant="ghost" aria-label={`Remove ${short}`}>
                Remove
              </SubmitButton>
            </Form>
          </>
        )}
      </span>
    </li>
  );
}
