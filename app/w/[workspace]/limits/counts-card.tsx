import { countText } from "@/app/_shared/ceiling-words";
import { CountField } from "@/app/_ui/amount-field";
import { Card } from "@/app/_ui/card";
import { SelectField } from "@/app/_ui/field";
import { formatNumber } from "@/app/_ui/format";
import { Meter } from "@/app/_ui/meter";
import type { Outputs } from "@/server/composition/outputs";
import { askForCount } from "./actions";
import { AskCard } from "./ask-card";

type Count = Outputs["budgets"]["ceilings"][number];

const names = { keys: "Keys", members: "Members", files: "Files, in MB" } as const;

/** Draws how many keys, members and megabytes of files the operators allow the workspace, and how many it has. */
export function CountsCard({ counts }: { counts: Count[] }) {
  return (
    <Card
      title="Ceilings"
      description="The maximum that this workspace may have, set by the people who run this Atelier. Existing items above a ceiling stay, but no new ones can be added."
    >
      <dl className="grid gap-5 md:grid-cols-3">
        {counts.map(({ measure, most, used }) => (
          <div key={measure}>
            <dt className="mb-1 font-medium">{names[measure]}</dt>
            <dd>
              <Meter
                label={names[measure]}
                used={used}
                max={most}
                text={`${formatNumber(used)} of ${countText(measure, most)}`}
              />
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

type Props = {
  slug: string;
  counts: Count[];
  /** Whether operators answer the request; otherwise members who manage limits answer first. */
  isForOperators: boolean;
  /** The ceiling that the address names. */
  measure: string | undefined;
};

/** Draws the form that asks for a higher ceiling of them. It is filled in, so that it can be sent as it is. */
export function AskForCount({ slug, counts, isForOperators, measure }: Props) {
  const chosen = counts.find((count) => count.measure === measure) ?? counts[0];
  if (!chosen) return null;
  return (
    <AskCard
      id="more"
      title="Ask for a higher ceiling"
      recipients={isForOperators ? "The operators of this Atelier" : "The members who manage limits"}
      action={askForCount}
      fields={{ workspace: slug }}
    >
      <div className="grid gap-5 md:grid-cols-2">
        <SelectField
          label="Ceiling of"
          name="measure"
          defaultValue={chosen.measure}
          options={counts.map((count) => ({
            value: count.measure,
            label: `${names[count.measure]} (now ${formatNumber(count.most)})`,
          }))}
        />
        <CountField label="Raised to" name="limit" defaultValue={2 * chosen.most || 1} maxLength={9} required />
      </div>
    </AskCard>
  );
}
