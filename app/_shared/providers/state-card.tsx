"use client";

import { Card } from "@/app/_ui/card";
import { ChoiceField } from "@/app/_ui/choice-field";
import { Form, FormDone, type FormProps, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Notice } from "@/app/_ui/notice";
import { SettingForm } from "@/app/_ui/setting-form";

const states = [
  { value: "active", label: "Active", description: "Accepts calls." },
  { value: "draining", label: "Draining", description: "Accepts no new calls. Calls in progress are completed." },
  { value: "disabled", label: "Disabled", description: "Accepts no calls. Calls in progress end within a second." },
];

type Action<T> = FormProps<T>["action"];

/** Draws the form that enables or disables a provider. `fields`: the hidden fields that identify it. */
export function ProviderStateCard({
  state,
  fields,
  action,
}: {
  state: string;
  fields: Record<string, string>;
  action: Action<void>;
}) {
  return (
    <Card title="State">
      <SettingForm saves="state" action={action}>
        <HiddenFields values={fields} />
        <ChoiceField label="New calls" name="state" defaultValue={state} choices={states} />
      </SettingForm>
    </Card>
  );
}

/** Draws the form that tests a provider with its saved settings. */
export function ProviderTestCard({
  fields,
  action,
}: {
  fields: Record<string, string>;
  action: Action<{ isWorking: boolean; said: string }>;
}) {
  return (
    <Card title="Test" description="Asks the provider for its models, and one of them for one token.">
      <Form action={action}>
        <HiddenFields values={fields} />
        <FormDone<{ isWorking: boolean; said: string }>>
          {({ isWorking, said }) => (
            <Notice
              tone={isWorking ? "success" : "danger"}
              title={isWorking ? "The provider works" : "The test failed"}
            >
              {said}
            </Notice>
          )}
        </FormDone>
        <div>
          <SubmitButton variant="secondary" pendingLabel="Testing…">
            Test now
          </SubmitButton>
        </div>
      </Form>
    </Card>
  );
}
