"use client";

import { Card } from "@/app/_ui/card";
import { ConfirmDialog } from "@/app/_ui/confirm-dialog";
import { TextField } from "@/app/_ui/field";
import { Form, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { removePrice, setPrice } from "./actions";

const more = [
  { name: "cacheRead", label: "Cached input, read" },
  { name: "cacheWrite", label: "Cached input, written" },
  { name: "audioInput", label: "Audio input" },
  { name: "imageInput", label: "Image input" },
  { name: "reasoning", label: "Reasoning" },
  { name: "audioOutput", label: "Audio output" },
  { name: "character", label: "Characters" },
  { name: "training", label: "Training" },
  { name: "second", label: "One second" },
  { name: "image", label: "One image" },
  { name: "page", label: "One page" },
  { name: "request", label: "One request" },
] as const;

/** Draws the form that sets a price of one model. */
export function SetPriceCard({ currency, today, model }: { currency: string; today: string; model: string }) {
  const amount = (name: string, label: string) => (
    <TextField
      key={name}
      label={label}
      name={name}
      inputMode="decimal"
      autoComplete="off"
      maxLength={20}
      suffix={currency}
    />
  );
  return (
    <Card
      title="Set a price"
      description="Per million tokens. It replaces the price of the same model and day; recorded costs do not change."
    >
      <Form action={setPrice}>
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField
            label="Model"
            name="model"
            required
            maxLength={256}
            autoComplete="off"
            spellCheck={false}
            defaultValue={model}
            hint="The model's id, or * for all models without their own price."
          />
          <TextField label="Valid from" name="from" type="date" required defaultValue={today} hint="A day in UTC." />
          {amount("input", "Input")}
          {amount("output", "Output")}
        </div>
        <details>
          <summary className="cursor-pointer font-medium">Prices of other classes</summary>
          <div className="mt-4 grid gap-4 sm:grid-cols-2">
            {more.map(({ name, label }) => amount(name, label))}
            <TextField
              label="Batch price factor"
              name="batch"
              inputMode="decimal"
              autoComplete="off"
              maxLength={8}
              hint="Such as 0.5 for half of these prices. Empty: full prices."
            />
          </div>
        </details>
        <div>
          <SubmitButton pendingLabel="Saving…">Set price</SubmitButton>
        </div>
      </Form>
    </Card>
  );
}

/** Draws the dialog that deletes a price. */
export function RemovePriceDialog({ model, from }: { model: string; from: string }) {
  return (
    <ConfirmDialog
      id="delete"
      title={`Delete the price of ${model}`}
      description={`From ${from} on, the previous price applies, or the price of *. Recorded costs do not change.`}
      open
      closeHref={`/instance/prices?q=${encodeURIComponent(model)}`}
      action={removePrice}
      fields={{ model, from }}
      submitLabel="Delete price"
      pendingLabel="Deleting…"
    />
  );
}

/** Draws the button that sets the cost of own hardware as the price of a model, beside its present price. */
export function HardwarePriceForm({
  model,
  from,
  amount,
  now,
}: {
  model: string;
  from: string;
  amount: string;
  /** The present price, formatted. */
  now: string;
}) {
  return (
    <Form action={setPrice}>
      <HiddenFields values={{ model, from, input: amount, output: amount }} />
      <p className="mt-4 text-ink-soft">
        Today the price of {model} is {now}. From {from} on it would be {amount} for both, and its other classes would
        not have their own price.
      </p>
      <div>
        <SubmitButton pendingLabel="Setting…">Set this as the price</SubmitButton>
      </div>
    </Form>
  );
}
