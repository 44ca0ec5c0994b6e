"use client";

import { TextAreaField, TextField } from "@/app/_ui/field";
import { FileField } from "@/app/_ui/file-field";
import { Form, FormDone, FormUntilDone, SubmitButton } from "@/app/_ui/form";
import { formatCount } from "@/app/_ui/format";
import { Notice } from "@/app/_ui/notice";
import { type ImportAnswer, importPrices } from "../actions";
import { Preview } from "./preview";

/** Draws a list of prices, its preview and the result: one form in three steps. */
export function ImportForm({ currency, today }: { currency: string; today: string }) {
  return (
    <Form action={importPrices} aria-label="Import prices">
      <FormUntilDone>
        <TextAreaField
          label="List"
          name="list"
          rows={8}
          spellCheck={false}
          autoComplete="off"
          placeholder={"model,from,input,output\nsmall,2026-12-01,0.20,0.60"}
          hint="CSV with the members of PRICES in its first line, the JSON of PRICES, or LiteLLM's model_prices_and_context_window.json: up to 10,000 models and 3.5 MB."
        />
        <FileField label="Or a file" name="file" accept=".json,.csv,.tsv,.txt,application/json,text/csv" isOptional />
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField
            label="Valid from"
            name="from"
            type="date"
            required
            defaultValue={today}
            hint="For entries without their own day. A day in UTC."
          />
          <TextField
            label="Multiply by"
            name="rate"
            inputMode="decimal"
            autoComplete="off"
            defaultValue="1"
            hint={`LiteLLM's prices are in US dollars. Prices here are in ${currency}.`}
          />
        </div>
        <div>
          <SubmitButton pendingLabel="Reading…">Preview the changes</SubmitButton>
        </div>
      </FormUntilDone>
      <FormDone<ImportAnswer>>
        {(answer) =>
          answer.step === "preview" ? (
            <Preview preview={answer.preview} today={today} />
          ) : (
            <Notice tone="success" title="Prices imported">
              {formatCount(answer.report.added, "new price")} and {formatCount(answer.report.changed, "changed price")}.
            </Notice>
          )
        }
      </FormDone>
    </Form>
  );
}
