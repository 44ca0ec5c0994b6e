"use client";

import { Card } from "@/app/_ui/card";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { SettingForm } from "@/app/_ui/setting-form";
import { AllowanceFields } from "../../_allowance/fields";
import { setAllowance } from "../../actions";

/** Draws the form for which models of the instance a workspace may use. */
export function AllowanceCard({
  slug,
  models,
  providers,
  servers,
}: {
  slug: string;
  models: string;
  providers: string;
  servers: string[];
}) {
  return (
    <Card
      id="models"
      title="Models"
      description="Which of the instance's models its members and keys may use. Changes apply within a second; calls to other models end. The workspace's own providers are not affected."
    >
      <SettingForm saves="models" action={setAllowance}>
        <HiddenFields values={{ slug }} />
        <AllowanceFields
          models={{ name: "models", defaultValue: models }}
          providers={{ name: "providers", defaultValue: providers }}
          servers={servers}
        />
      </SettingForm>
    </Card>
  );
}
