import type { Route } from "next";
import type { ReactNode } from "react";
import { Badge } from "@/app/_ui/badge";
import { SelectField } from "@/app/_ui/field";
import { formatBytes, formatCount, formatMoney } from "@/app/_ui/format";
import { LazyChoiceField } from "@/app/_ui/lazy-choice-field";
import { Link } from "@/app/_ui/link";
import { RelativeTime } from "@/app/_ui/time";
import { modelHref } from "@/app/w/[workspace]/_shared/model-href";
import type { Outputs } from "@/server/composition/outputs";
import { CheckField, KeyAction } from "./lazy-sheet-parts";

/** What a member would leave behind, and the choices for it. */
export type Belongings = Outputs["members"]["belongings"];

type Props = {
  left: Belongings;
  slug: string;
  /** "Grace leaves" or "you leave". */
  whoLeaves: string;
  /** Whether keys can be rotated: only when another person removes the member and can be shown the new secrets. */
  mayRotate?: boolean;
};

/** Shows what a person leaves behind, with a choice for each: the fields of the surrounding form. */
export function BelongingsFields({ left, slug, whoLeaves, mayRotate = false }: Props) {
  const { keys, jobs, models, files, invitations, webhook } = left;
  const privateCount = models.rows.filter(({ visibility }) => visibility === "private").length;
  if (keys.total + jobs.length + models.total + files.total + invitations.total === 0 && !webhook)
    return (
      <p className="text-ink-soft">Nothing is left behind: no keys, jobs, models, private files or invitations.</p>
    );
  return (
    <>
      {keys.total > 0 && <Keys {...left} whoLeaves={whoLeaves} mayRotate={mayRotate} />}
      {webhook && <Webhook host={webhook.host} mayChoose={mayRotate} keyAction={left.keyAction} />}
      {jobs.length > 0 && (
        <CheckField
          label={`Cancel running jobs (${jobs.length})`}
          name="cancel"
          hint="Jobs that you do not select continue. A cancelled job is charged for its training so far."
          choices={jobs.map(({ id, model, suffix, createdAt }) => ({
            value: id,
            label: suffix ? `${model}, ${suffix}` : model,
            hint: <>Fine-tuning job, created {<RelativeTime date={createdAt} />}</>,
          }))}
          defaultValues={[]}
        />
      )}
      {files.total > 0 && (
        <LazyChoiceField
          label={`Private files: ${formatCount(files.total, "file")}, ${formatBytes(files.bytes)}`}
          name="files"
          columns={2}
          defaultValue="keep"
          choices={[
            {
              value: "keep",
              label: "Keep files",
              description: "Visible only to their owner, if they come back.",
            },
            {
              value: "delete",
              label: "Delete files",
              description: "Permanently, except files that a running job reads.",
            },
          ]}
        />
      )}
      {models.total > 0 && (
        <Part title={`Models (${models.total})`}>
          <p className="mb-2 text-[0.8125rem] text-ink-faint">
            {privateCount > 0
              ? "A private model stays, and cannot be used until an Admin gives it to another member."
              : "They stay with the workspace."}
          </p>
          <ul className="flex flex-col gap-1">
            {models.rows.map(({ id, name, visibility }) => (
              <li key={id} className="flex flex-wrap items-center gap-2">
                <Link href={modelHref(slug, id) as Route} className="wrap-anywhere underline underline-offset-2">
                  {name}
                </Link>
                {visibility !== "workspace" && (
                  <Badge tone={visibility === "private" ? "warning" : "neutral"}>
                    {visibility === "private" ? "Private" : "Some members"}
                  </Badge>
                )}
              </li>
            ))}
          </ul>
          <More total={models.total} shown={models.rows.length} />
        </Part>
      )}
      {invitations.total > 0 && (
        <Part title={`Pending invitations (${invitations.total})`}>
          <p className="mb-2 text-[0.8125rem] text-ink-faint">
            They are revoked, because an invitation ends with the membership of its sender. Invite those people again.
          </p>
          <ul>
            {invitations.rows.map(({ id, email }) => (
              <li key={id} className="wrap-anywhere">
                {email}
              </li>
            ))}
          </ul>
          <More total={invitations.total} shown={invitations.rows.length} />
        </Part>
      )}
    </>
  );
}

const overlapOptions = [
  { value: "24", label: "For 24 hours" },
  { value: "1", label: "For 1 hour" },
  { value: "0", label: "No overlap: they end now" },
];

type KeysProps = Belongings & { whoLeaves: string; mayRotate: boolean };

function Keys({ keys, currency, whoLeaves, mayRotate, keyAction, mayKeepKeys }: KeysProps) {
  return (
    <>
      {mayKeepKeys ? (
        <LazyChoiceField
          label={`API keys (${keys.total})`}
          name="keys"
          hint={`A kept key keeps working after ${whoLeaves}, and the people who have its secret can still use it. ${mayRotate ? "A rotated key is kept with a new secret, which is shown to you only once." : "An Admin can rotate it under API Keys."} The other Admins get an e-mail.`}
          columns={2}
          defaultValue={keyAction}
          choices={[
            { value: "revoke", label: "Revoke all", description: "Programs that use them are refused at once." },
            { value: "keep", label: "Keep all", description: "They pass to the workspace as service keys." },
          ]}
        />
      ) : (
        <Part title={`API keys (${keys.total})`}>
          <p className="mb-2 text-[0.8125rem] text-ink-faint">
            They are revoked: programs that use them are refused at once. The Admins get an e-mail. If a key has to keep
            working, ask an Admin to rotate it before you leave.
          </p>
        </Part>
      )}
      <ul className="-mt-2 divide-y divide-hairline rounded-lg border border-hairline">
        {keys.rows.map(({ id, name, lastFour, lastUsedAt, spent, isDisabled, isExpired, isReplaced }) => (
          <li key={id} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 p-3">
            <div className="min-w-0 flex-1 basis-56">
              <p className="flex flex-wrap items-center gap-2">
                <span className="wrap-anywhere font-medium">{name}</span>
                {isDisabled && <Badge>Disabled</Badge>}
                {isExpired && <Badge tone="danger">Expired</Badge>}
                {isReplaced && <Badge>Rotated before</Badge>}
              </p>
              <p className="text-[0.8125rem] text-ink-soft">
                <span className="font-mono">
                  atl_{id.slice(0, 4)}…{lastFour}
                </span>
                , used <RelativeTime date={lastUsedAt} />, {formatMoney(spent, currency)} this month
              </p>
            </div>
            {mayKeepKeys && (
              <KeyAction id={id} name={name}>
                {mayRotate && !isReplaced && <option value={`rotate:${id}`}>Rotate</option>}
              </KeyAction>
            )}
          </li>
        ))}
      </ul>
      <More total={keys.total} shown={keys.rows.length} />
      {mayRotate && keys.rows.some(({ isReplaced }) => !isReplaced) && (
        <SelectField
          label="The old secrets of rotated keys keep working"
          name="overlap"
          defaultValue="24"
          options={overlapOptions}
        />
      )}
    </>
  );
}

function Webhook({ host, mayChoose, keyAction }: { host: string; mayChoose: boolean } & Pick<Belongings, "keyAction">) {
  const label = `Webhook of budget alerts: ${host}`;
  if (!mayChoose)
    return (
      <Part title={label}>
        <p className="text-[0.8125rem] text-ink-faint">
          {keyAction === "keep"
            ? "It stays with the workspace."
            : "It is removed. Budget alerts are still sent by e-mail. An Admin can set a webhook again."}
        </p>
      </Part>
    );
  return (
    <LazyChoiceField
      label={label}
      name="webhook"
      columns={2}
      defaultValue={keyAction === "keep" ? "keep" : "remove"}
      choices={[
        {
          value: "remove",
          label: "Remove webhook",
          description: "Nothing more is posted there. Budget alerts are still sent by e-mail.",
        },
        {
          value: "keep",
          label: "Keep webhook",
          description: "It is yours from now on. Check that you know its address.",
        },
      ]}
    />
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-1 font-medium">{title}</h3>
      {children}
    </section>
  );
}

function More({ total, shown }: { total: number; shown: number }) {
  if (total <= shown) return null;
  return <p className="text-[0.8125rem] text-ink-faint">And {total - shown} more, which follow the choice for all.</p>;
}
