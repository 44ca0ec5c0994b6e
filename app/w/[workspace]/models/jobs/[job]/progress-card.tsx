import { Card } from "@/app/_ui/card";
import { formatMoney, formatNumber } from "@/app/_ui/format";
import type { Api } from "@/server/composition/caller";
import { isOver, roughly, StepProgress } from "../job-words";

type Job = Awaited<ReturnType<Api["fineTuning"]["get"]>>;

/** Shows the progress of a job, the remaining time and the cost. */
export function ProgressCard({ job }: { job: Job }) {
  const { status, step, steps, secondsLeft, trainedTokens, trainTokens, expectedSeconds } = job;
  const isUnderWay = status === "STARTED" || status === "RUNNING" || status === "CANCELLATION_REQUESTED";
  const facts: [string, string][] = [
    ...(secondsLeft !== null && isUnderWay
      ? ([["Time left", `about ${roughly(secondsLeft)}`]] as [string, string][])
      : []),
    ...(status === "VALIDATED" && expectedSeconds !== null
      ? ([["Takes about", roughly(expectedSeconds)]] as [string, string][])
      : []),
    [
      "Tokens",
      trainedTokens !== null && job.startRequestedAt !== null
        ? `${formatNumber(trainedTokens)} trained${trainTokens === null ? "" : ` of ${formatNumber(trainTokens)}`}`
        : trainTokens === null
          ? "–"
          : `${formatNumber(trainTokens)} to train`,
    ],
    costOf(job),
  ];
  return (
    <Card title="Progress" description={sentences[status]}>
      <div className="flex flex-col gap-4">
        {(step > 0 || isUnderWay) && <StepProgress step={step} steps={steps} label="Progress of the job" />}
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1.5">
          {facts.map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="text-ink-soft">{name}</dt>
              <dd className="figures wrap-anywhere">{value}</dd>
            </div>
          ))}
        </dl>
        {!isOver(status) && (
          <p className="hidden text-[0.8125rem] text-ink-soft noscript:block">Reload the page to see its progress.</p>
        )}
      </div>
    </Card>
  );
}

function costOf({ status, cost, costSoFar, estimatedCost, currency }: Job): [string, string] {
  const money = (micro: number) => formatMoney(micro, currency);
  if (isOver(status)) return ["Cost", money(cost ?? 0)];
  if (costSoFar !== null)
    return ["Cost so far", `${money(costSoFar)} of ${money(estimatedCost ?? costSoFar)} held back`];
  return ["Cost", estimatedCost === null ? "–" : `about ${money(estimatedCost)}`];
}

const sentences = {
  QUEUED: "Waiting to be sent to the model server.",
  VALIDATING: "The model server is checking the files.",
  VALIDATED: "The model server has accepted the files.",
  STARTED: "The model server is starting.",
  RUNNING: "The model is being trained.",
  SUCCESS: "The model was trained.",
  FAILED_VALIDATION: "The model server did not accept the files. Nothing was trained, and nothing is charged.",
  FAILED: "The training failed. Nothing is charged.",
  CANCELLATION_REQUESTED: "The model server was asked to stop. The training until then is charged.",
  CANCELLED: "It was cancelled. The training until then was charged.",
} as const;
