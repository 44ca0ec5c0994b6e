"use client";

import { SubmitButton } from "@/app/_ui/form";
import { formatCount, formatMoney, formatNumber } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Notice } from "@/app/_ui/notice";
import { buttonClass } from "@/app/_ui/plain-button";
import { roughly } from "../job-words";

type Fields = Record<string, string | string[]>;

/** The answer of the first step. */
export type Asked = {
  estimate: {
    trainTokens: number;
    steps: number | null;
    seconds: number | null;
    cost: number;
    by: "model-server" | "size";
    objection: string | null;
    currency: string;
  };
  fields: Fields;
};

type Props = Asked & { slug: string; files: { id: string; filename: string }[] };

/** Shows the estimated time and cost of a job, and the button that creates it. */
export function Estimate({ slug, files, estimate, fields }: Props) {
  const { trainTokens, steps, seconds, cost, by, objection, currency } = estimate;
  const nameOf = (id: string) => files.find((file) => file.id === id)?.filename ?? id;
  const chosen = [fields.trainingFiles ?? []].flat().filter(Boolean);
  const facts: [string, string][] = [
    ["Base model", String(fields.model)],
    ["Training files", chosen.map(nameOf).join(", ")],
    [
      "Tokens to train",
      `${formatNumber(trainTokens)}, ${by === "size" ? "estimated from the files' size" : "as the model server counts"}`,
    ],
    ...(steps === null ? [] : ([["Steps", formatNumber(steps)]] as [string, string][])),
    ...(seconds === null ? [] : ([["Takes about", roughly(Math.ceil(seconds))]] as [string, string][])),
  ];
  const back = new URLSearchParams(
    [
      ["model", fields.model],
      ...chosen.map((id) => ["file", id]),
      ["suffix", fields.suffix],
      ["steps", fields.steps],
      ["rate", fields.learningRate],
      ["start", fields.isAutoStart === "on" ? "" : "wait"],
    ].filter((entry): entry is [string, string] => typeof entry[1] === "string" && entry[1] !== ""),
  );
  return (
    <>
      {Object.entries(fields).flatMap(([name, value]) =>
        name === "workspace"
          ? []
          : [value].flat().map((each) => <input key={`${name} ${each}`} type="hidden" name={name} value={each} />),
      )}
      <HiddenFields values={{ agreedTokens: String(trainTokens) }} />
      <div role="status">
        <p className="text-[0.8125rem] text-ink-soft">{by === "size" ? "Costs about" : "Costs at most"}</p>
        <p className="figures text-2xl">{formatMoney(cost, currency)}</p>
        <p className="mt-1 text-ink-soft">
          {cost === 0
            ? "Training this model has no price here."
            : `You are charged for what was trained, at most ${formatCount(trainTokens, "token")}. That maximum is reserved from the spending limits at the start. If the model server counts more tokens in the files, the job waits until you start it.`}
        </p>
      </div>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-5 gap-y-1.5">
        {facts.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-ink-soft">{name}</dt>
            <dd className="wrap-anywhere">{value}</dd>
          </div>
        ))}
      </dl>
      {objection && (
        <Notice tone="warning" title="The model server rejects this job">
          {objection}
        </Notice>
      )}
      <div className="flex flex-wrap gap-2">
        <SubmitButton name="stage" value="create" pendingLabel="Creating…">
          Create job
        </SubmitButton>
        {/* A new form that starts with the filled-in values. */}
        <a href={`/w/${slug}/models/jobs/new?${back}`} className={buttonClass({})}>
          Change
        </a>
      </div>
    </>
  );
}
