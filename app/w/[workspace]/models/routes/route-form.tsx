"use client";

import { useId, useRef } from "react";
import { ChoiceField } from "@/app/_ui/choice-field";
import { FieldGroup, TextField } from "@/app/_ui/field";
import { Form, useField } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { SubmitActions } from "@/app/_ui/submit-actions";
import { mostRouteModels } from "@/server/models/routes/input";
import { createRoute, updateRoute } from "./actions";
import type { RouteRow } from "./state-words";
import { TryRoute } from "./try-route";

type Props = {
  slug: string;
  /** The route to change; undefined: a new one. */
  route?: RouteRow;
  /** The models to choose from. */
  choices: { id: string; name: string }[];
};

/** Draws the fields of a route, with a test that can be run before it is saved. */
export function RouteForm({ slug, route, choices }: Props) {
  const fields = useRef<HTMLDivElement>(null);
  const list = useId();
  return (
    <Form action={route ? updateRoute : createRoute}>
      <HiddenFields values={{ workspace: slug, ...(route && { routeId: route.id }) }} />
      <div ref={fields} className="flex flex-col gap-5">
        {!route && (
          <TextField
            label="Name"
            name="routeName"
            hint="Programs use route/NAME instead of a model's id."
            placeholder="fast"
            maxLength={50}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            required
          />
        )}
        <ChoiceField
          label="Which model answers"
          name="mode"
          defaultValue={route?.mode ?? "ordered"}
          columns={2}
          choices={[
            { value: "ordered", label: "The first that answers", description: "In the order below" },
            { value: "weighted", label: "Spread by weight", description: "The others replace it" },
          ]}
        />
        <ModelRows list={list} models={route?.models ?? []} />
        <FieldGroup
          legend="When a spending limit is nearly used"
          name="saver"
          hint="A cheaper model is used first when this share of any spending limit of the request is used."
        >
          <div className="grid grid-cols-[minmax(0,1fr)_8rem] items-start gap-3">
            <TextField
              label="Model"
              name="saverModel"
              list={list}
              maxLength={256}
              defaultValue={route?.saver?.model ?? ""}
              autoComplete="off"
              spellCheck={false}
            />
            <TextField
              label="From"
              name="saverPercent"
              inputMode="numeric"
              suffix="%"
              maxLength={4}
              defaultValue={route?.saver?.percent ?? ""}
              autoComplete="off"
            />
          </div>
        </FieldGroup>
        <datalist id={list}>
          {choices.map(({ id, name }) => (
            <option key={id} value={id} label={name === id ? undefined : name} />
          ))}
        </datalist>
      </div>
      <TryRoute slug={slug} fields={fields} />
      <SubmitActions pendingLabel="Saving…">{route ? "Save" : "Create route"}</SubmitActions>
    </Form>
  );
}

function ModelRows({ list, models }: { list: string; models: { model: string; weight: number }[] }) {
  const names = useField("models");
  const weights = useField("weights");
  const typed = names.typed === undefined ? undefined : [names.typed].flat();
  const typedWeights = [weights.typed ?? []].flat();
  const count = Math.min(mostRouteModels, Math.max(4, models.length + 2, typed?.length ?? 0));
  return (
    <FieldGroup legend="Models" name="models" hint="By id. Weights apply when requests are spread; the default is 1.">
      <div className="flex flex-col gap-2">
        {Array.from({ length: count }, (_, i) => `Model ${i + 1}`).map((label, i) => (
          <div key={label} className="grid grid-cols-[minmax(0,1fr)_6rem] gap-3">
            <input
              aria-label={label}
              name="models"
              list={list}
              maxLength={256}
              defaultValue={typed ? (typed[i] ?? "") : (models[i]?.model ?? "")}
              autoComplete="off"
              spellCheck={false}
              aria-invalid={(names.error && i === 0) || undefined}
              className="control"
            />
            <input
              aria-label={`Weight of ${label.toLowerCase()}`}
              name="weights"
              inputMode="numeric"
              maxLength={3}
              placeholder="1"
              defaultValue={typed ? (typedWeights[i] ?? "") : (models[i]?.weight ?? "")}
              autoComplete="off"
              aria-invalid={(weights.error && i === 0) || undefined}
              className="control"
            />
          </div>
        ))}
      </div>
      {weights.error && (
        <p role="alert" className="mt-1.5 text-[0.8125rem] text-danger">
          {weights.error}
        </p>
      )}
    </FieldGroup>
  );
}
