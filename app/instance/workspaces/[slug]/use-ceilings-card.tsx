"use client";

import { CountField } from "@/app/_ui/amount-field";
import { Card } from "@/app/_ui/card";
import { formatBytes, formatNumber } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { SettingForm } from "@/app/_ui/setting-form";
import type { Outputs } from "@/server/composition/outputs";
import { setUseCeilings } from "../../actions";

type Props = {
  slug: string;
  most: Outputs["instance"]["workspace"]["most"];
  /** The present numbers; only active keys are counted. */
  now: { members: number; keys: number };
};

/** Draws the form for the ceilings other than money, with the present use of each. */
export function UseCeilingsCard({ slug, most, now }: Props) {
  const field = (name: keyof Omit<typeof most, "fileBytes">, label: string) => ({
    ...{ name, label, placeholder: "No ceiling", optional: true },
    defaultValue: most[name] ?? "",
  });
  return (
    <Card
      id="use-ceilings"
      title="Ceilings on use"
      description="The maximum that this workspace may use and have, whatever limits its Admins set. Existing items above a ceiling stay, but no new ones can be added."
    >
      <SettingForm saves="ceilings on use" action={setUseCeilings}>
        <HiddenFields values={{ slug }} />
        <div className="grid gap-4 sm:grid-cols-2">
          <CountField
            {...field("requestsPerMinute", "Requests per minute")}
            hint="Of all its keys and members together."
          />
          <CountField {...field("tokensPerMinute", "Tokens per minute")} hint="Of all its keys and members together." />
          <CountField {...field("keys", "Keys")} hint={`${formatNumber(now.keys)} active keys now.`} />
          <CountField {...field("members", "Members")} hint={`${formatNumber(now.members)} now.`} />
          <CountField
            {...field("fileMegabytes", "Files, in MB")}
            hint={`${formatBytes(most.fileBytes)} now. Files that batches write are not refused.`}
          />
        </div>
      </SettingForm>
    </Card>
  );
}
