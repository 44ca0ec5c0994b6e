import { Badge } from "@/app/_ui/badge";
import { Card } from "@/app/_ui/card";
import { ConfirmDialog } from "@/app/_ui/confirm-dialog";
import { CopyField } from "@/app/_ui/copy-field";
import { DialogButton } from "@/app/_ui/dialog-button";
import { SelectField, TextField } from "@/app/_ui/field";
import { Form, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { RelativeTime } from "@/app/_ui/time";
import type { Outputs, RowOf } from "@/server/composition/outputs";
import { addDomain, checkDomain, removeDomain, setDomainMode } from "../actions";

type Row = RowOf<Outputs["domains"]["list"]>;

const modes = [
  { value: "join", label: "Join", hint: "They become members at once, as Developers." },
  { value: "request", label: "Ask to join", hint: "An Admin approves them and gives them a role." },
];

const states = {
  pending: ["Waiting for its record", "warning"],
  verified: ["Verified", "success"],
  lapsed: ["Record gone", "danger"],
} as const;

/** Draws the e-mail domains whose people may join or ask to, each with the record that verifies it. */
export function Domains({ slug, rows, removing }: { slug: string; rows: Row[]; removing: Row | undefined }) {
  const here = `/w/${slug}/settings`;
  return (
    <Card
      id="domains"
      title="Domains"
      description="People with a verified address at one of these domains may join or ask to join. A DNS record proves that the domain is yours."
    >
      <ul aria-label="Domains" className="mb-6 divide-y divide-hairline border-hairline border-y empty:hidden">
        {rows.map((row) => (
          <li key={row.id} className="flex flex-col gap-4 py-4">
            <div className="flex flex-wrap items-center justify-between gap-3">
              <div className="min-w-0">
                <p className="flex flex-wrap items-center gap-2">
                  <span className="wrap-anywhere font-medium">{row.domain}</span>
                  <Badge tone={states[row.status][1]}>{states[row.status][0]}</Badge>
                </p>
                <p className="text-[0.8125rem] text-ink-soft">
                  {meaning(row)}{" "}
                  {row.checkedAt && (
                    <>
                      Checked <RelativeTime date={row.checkedAt} />.
                    </>
                  )}
                </p>
              </div>
              <div className="flex flex-wrap gap-2">
                {(row.status !== "verified" || row.proof === "address") && (
                  <Form action={checkDomain}>
                    <HiddenFields values={{ workspace: slug, domainId: row.id }} />
                    <SubmitButton
                      size="sm"
                      variant="secondary"
                      pendingLabel="Checking…"
                      aria-label={`Check now: ${row.domain}`}
                    >
                      Check now
                    </SubmitButton>
                  </Form>
                )}
                {row.proof === "dns" && (
                  <Form action={setDomainMode}>
                    <HiddenFields values={{ workspace: slug, domainId: row.id }} />
                    <HiddenFields values={{ mode: row.mode === "join" ? "request" : "join" }} />
                    <SubmitButton
                      size="sm"
                      variant="ghost"
                      aria-label={row.mode === "join" ? `Ask first for ${row.domain}` : `Let join from ${row.domain}`}
                    >
                      {row.mode === "join" ? "Ask first" : "Let join"}
                    </SubmitButton>
                  </Form>
                )}
                <DialogButton
                  size="sm"
                  variant="ghost"
                  dialog={`remove-domain-${row.id}`}
                  href={`${here}?dialog=remove-domain&domain=${row.id}`}
                  aria-label={`Remove ${row.domain}`}
                >
                  Remove
                </DialogButton>
              </div>
            </div>
            {row.status !== "verified" && <Record {...row.record} />}
            {row.status === "verified" && row.proof === "address" && (
              <details>
                <summary className="w-fit cursor-pointer text-[0.8125rem] text-accent-ink">
                  Let them join without asking
                </summary>
                <div className="mt-3">
                  <Record {...row.record} />
                </div>
              </details>
            )}
          </li>
        ))}
      </ul>
      <Form action={addDomain}>
        <HiddenFields values={{ workspace: slug }} />
        <div className="grid gap-4 md:grid-cols-2">
          <TextField
            label="Domain"
            name="domain"
            placeholder="company.com"
            autoComplete="off"
            spellCheck={false}
            required
          />
          <SelectField label="Its people may" name="mode" defaultValue="join" options={modes} />
        </div>
        <div>
          <SubmitButton variant="secondary" pendingLabel="Adding…">
            Add domain
          </SubmitButton>
        </div>
      </Form>
      {removing && (
        <ConfirmDialog
          id={`remove-domain-${removing.id}`}
          open
          title={`Remove ${removing.domain}?`}
          description="New people can no longer join by it. Members who joined by it stay."
          closeHref={here}
          action={removeDomain}
          fields={{ workspace: slug, domainId: removing.id }}
          submitLabel="Remove domain"
          pendingLabel="Removing…"
        />
      )}
    </Card>
  );
}

/** Draws the DNS record that verifies a domain, with buttons to copy it. */
function Record({ name, value }: Row["record"]) {
  return (
    <div className="grid gap-3 rounded-lg border border-hairline bg-sunken/40 p-3 lg:grid-cols-2">
      <CopyField label="TXT record: name" value={name} />
      <CopyField label="TXT record: value" value={value} />
    </div>
  );
}

/** Returns what a domain allows at present. */
function meaning({ status, proof, mode, isOvertaken }: Row): string {
  if (isOvertaken) return "Another workspace has verified it with a record. Add the record of this workspace, too.";
  const may = mode === "join" ? "may join" : "may ask to join";
  if (status === "pending") return `When its record is found, its people ${may}.`;
  if (status === "lapsed") return "New people cannot join by it until its record is back.";
  return proof === "address" ? "Verified by an Admin's own address: its people may ask to join." : `Its people ${may}.`;
}
