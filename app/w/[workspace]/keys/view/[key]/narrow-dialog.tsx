import { Dialog } from "@/app/_ui/dialog";
import { Form } from "@/app/_ui/form";
import { formatCount, formatExact } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Notice } from "@/app/_ui/notice";
import { SubmitActions } from "@/app/_ui/submit-actions";
import { narrowKey } from "../../actions";
import type { KeyRecord } from "./used-table";

const days30 = 30 * 86_400_000;

/** Draws the dialog "Narrow to what it used": it shows what the key keeps and loses, and asks for confirmation. */
export function NarrowDialog({ slug, here, record }: { slug: string; here: string; record: KeyRecord }) {
  const { id, name, scopes, models, ipRanges, narrowed, since } = record;
  const isShort = Date.now() - since.getTime() < days30;
  return (
    <Dialog
      id="narrow"
      open
      title={`Narrow ${name} to what it used?`}
      description="What it used in the last 30 days keeps working. Everything else ends at its next request, and can be restored with Undo narrowing."
      closeHref={here}
    >
      <Form action={narrowKey}>
        <HiddenFields values={{ workspace: slug, keyId: id }} />
        <dl className="flex flex-col gap-3">
          {narrowed.scopes && (
            <Change label="Scopes" before={formatCount(scopes.length, "scope")} after={narrowed.scopes.join(", ")} />
          )}
          {narrowed.models && (
            <Change
              label="Models"
              before={models === null ? "every model" : formatCount(models.length, "entry", "entries")}
              after={narrowed.models.join(", ")}
            />
          )}
          {narrowed.ipRanges && (
            <Change
              label="Addresses"
              before={ipRanges === null ? "anywhere" : formatCount(ipRanges.length, "range")}
              after={narrowed.ipRanges.join(", ")}
            />
          )}
        </dl>
        {isShort && (
          <Notice tone="warning" title="Less than 30 days recorded">
            The key's use has been recorded since {formatExact(since)}. A program that runs once a month may be missing.
          </Notice>
        )}
        <SubmitActions pendingLabel="Narrowing…">Narrow</SubmitActions>
      </Form>
    </Dialog>
  );
}

function Change({ label, before, after }: { label: string; before: string; after: string }) {
  return (
    <div>
      <dt className="font-medium">{label}</dt>
      <dd className="wrap-anywhere text-ink-soft">
        Now {before}. After it: <span className="font-mono text-[0.8125rem] text-ink">{after}</span>
      </dd>
    </div>
  );
}
