"use client";

import { Card } from "@/app/_ui/card";
import { ChoiceField } from "@/app/_ui/choice-field";
import { TextAreaField } from "@/app/_ui/field";
import { SettingForm } from "@/app/_ui/setting-form";
import { setOwnProviders } from "./actions";

/** Draws the form for whether workspaces may add their own providers. */
export function OwnProvidersCard({ own, ranges }: { own: string; ranges: string }) {
  return (
    <Card
      title="Providers of workspaces"
      description="Admins can add providers for their own workspace only. Their cost is not counted here."
    >
      <SettingForm saves="providers of workspaces" action={setOwnProviders}>
        <ChoiceField
          label="Workspaces may add their own"
          name="own"
          defaultValue={own}
          columns={2}
          choices={[
            { value: "closed", label: "Closed", description: "Providers that workspaces have added accept no calls." },
            { value: "allowed", label: "Allowed", description: "At public addresses with https." },
          ]}
        />
        <TextAreaField
          label="Private addresses that are allowed as well"
          name="ranges"
          optional
          rows={2}
          defaultValue={ranges}
          hint="Such as 10.20.0.0/16, separated by commas. Metadata addresses of clouds are always refused."
        />
      </SettingForm>
    </Card>
  );
}
