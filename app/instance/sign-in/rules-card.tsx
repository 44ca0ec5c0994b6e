"use client";

import { Card } from "@/app/_ui/card";
import { SelectField, TextField } from "@/app/_ui/field";
import { Form, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Button } from "@/app/_ui/plain-button";
import { SettingForm } from "@/app/_ui/setting-form";
import { removeSignInRule, setBreakGlass } from "./actions";

type Named = { id: string; name: string };
type Candidate = { userId: string; name: string; email: string | null; isChosen: boolean };

/** Draws which domains have to sign in with which provider, and the form that previews another rule. */
export function RulesCard({
  rules,
  providers,
}: {
  rules: { domain: string; provider: string; name: string | null }[];
  providers: Named[];
}) {
  return (
    <Card
      title="Required providers"
      description="People of these domains can sign in only with this provider: not by mailed link, passkey or another provider. Subdomains are not covered."
    >
      {rules.length > 0 && (
        <ul aria-label="Required providers" className="divide-y divide-hairline">
          {rules.map(({ domain, provider, name }) => (
            <li key={domain} className="flex flex-wrap items-center justify-between gap-3 py-2.5">
              <span className="min-w-0 wrap-anywhere">
                <span className="font-medium">{domain}</span>: {name ?? `${provider}, which is not there any more`}
              </span>
              <Form action={removeSignInRule}>
                <HiddenFields values={{ domain }} />
                <SubmitButton size="sm" variant="ghost" aria-label={`Stop requiring it of ${domain}`}>
                  Stop requiring it
                </SubmitButton>
              </Form>
            </li>
          ))}
        </ul>
      )}
      {providers.length === 0 && rules.length === 0 && (
        <p className="text-[0.875rem] text-ink-soft">
          Add and enable a provider first. You see the effects before you require it.
        </p>
      )}
      {providers.length > 0 && (
        <form action="/instance/sign-in/required" className="flex flex-col gap-4">
          <TextField label="Domain" name="domain" required maxLength={253} autoComplete="off" placeholder="acme.com" />
          <SelectField
            label="Provider"
            name="provider"
            options={providers.map(({ id, name }) => ({ value: id, label: name }))}
          />
          <div>
            <Button type="submit">Preview the effects</Button>
          </div>
        </form>
      )}
    </Card>
  );
}

/** Draws the form that chooses the break-glass operator. */
export function BreakGlassCard({ candidates }: { candidates: Candidate[] }) {
  return (
    <Card
      title="Break-glass operator"
      description="One operator with a passkey can always sign in, whatever is required. If a provider fails, its people are locked out, but this operator still has access."
    >
      {candidates.length === 0 ? (
        <p>No operator has a passkey. An operator can add one under Account; then choose them here.</p>
      ) : (
        <SettingForm saves="break-glass operator" action={setBreakGlass}>
          <SelectField
            label="Operator"
            name="userId"
            defaultValue={candidates.find(({ isChosen }) => isChosen)?.userId}
            options={candidates.map(({ userId, name, email }) => ({ value: userId, label: `${name} (${email})` }))}
          />
        </SettingForm>
      )}
    </Card>
  );
}
