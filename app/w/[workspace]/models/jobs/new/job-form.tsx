"use client";

import { CheckField } from "@/app/_ui/check-field";
import { ChoiceField } from "@/app/_ui/choice-field";
import { SelectField, TextField } from "@/app/_ui/field";
import { Form, FormDone, FormUntilDone, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { submitJob } from "../actions";
import { type Asked, Estimate } from "./estimate";

export type Prefilled = {
  model: string | undefined;
  files: string[];
  suffix: string | undefined;
  steps: string | undefined;
  rate: string | undefined;
  isAutoStart: boolean;
};

type Props = {
  slug: string;
  prefilled: Prefilled;
  bases: { id: string; description: string | null }[];
  files: { id: string; filename: string; detail: string }[];
};

/** Draws the fields of a new job, then its estimate and cost, then the created job. */
export function JobForm({ slug, prefilled, bases, files }: Props) {
  const isBase = bases.some(({ id }) => id === prefilled.model);
  const choices = files.map(({ id, filename, detail }) => ({ value: id, label: filename, hint: detail }));
  return (
    <Form action={submitJob} className="max-w-160">
      <HiddenFields values={{ workspace: slug }} />
      <FormUntilDone>
        <SelectField
          label="Base model"
          name="model"
          defaultValue={isBase ? prefilled.model : bases[0]?.id}
          options={bases.map(({ id, description }) => ({
            value: id,
            label: id,
            ...(description && { hint: description }),
          }))}
        />
        <CheckField
          label="Training files"
          name="trainingFiles"
          hint="The training data: JSONL files with a conversation per line."
          choices={choices}
          defaultValues={prefilled.files.length > 0 ? prefilled.files : files.length === 1 ? [files[0]?.id ?? ""] : []}
        />
        <TextField
          label="Suffix"
          name="suffix"
          optional
          defaultValue={prefilled.suffix}
          placeholder="support-bot"
          hint="Part of the new model's id, up to 18 letters, digits, hyphens and underscores."
          maxLength={18}
          autoComplete="off"
        />
        <div className="grid gap-5 sm:grid-cols-2">
          <TextField
            label="Steps"
            name="steps"
            inputMode="numeric"
            defaultValue={prefilled.steps ?? "100"}
            hint="The number of training steps. More steps learn more and cost more."
          />
          <TextField
            label="Learning rate"
            name="learningRate"
            inputMode="decimal"
            defaultValue={prefilled.rate ?? "0.0001"}
            hint="How much each step changes the model. 0.0001 works for most jobs."
          />
        </div>
        <details className="rounded-lg border border-hairline">
          <summary className="rounded-lg px-3.5 py-2.5 font-medium">Validation files</summary>
          <div className="border-hairline border-t px-3.5 py-4">
            <CheckField
              label="Validate with"
              name="validationFiles"
              hint="Examples that are not used for training, to measure the quality of the model."
              choices={choices}
              defaultValues={[]}
            />
          </div>
        </details>
        <ChoiceField
          label="Start"
          name="isAutoStart"
          defaultValue={prefilled.isAutoStart ? "on" : "false"}
          choices={[
            {
              value: "on",
              label: "When its files are accepted",
              description: "It starts automatically. Its maximum cost is reserved then.",
            },
            {
              value: "false",
              label: "Manually",
              description: "The model server checks the files, and the job waits until you start it.",
            },
          ]}
        />
        <div>
          <SubmitButton name="stage" value="estimate" pendingLabel="Estimating…">
            Estimate cost
          </SubmitButton>
        </div>
      </FormUntilDone>
      <FormDone<Asked>>{(asked) => <Estimate slug={slug} files={files} {...asked} />}</FormDone>
    </Form>
  );
}
