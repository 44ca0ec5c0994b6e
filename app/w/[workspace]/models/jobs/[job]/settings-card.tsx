import { Card } from "@/app/_ui/card";
import { formatExact } from "@/app/_ui/format";
import type { Api } from "@/server/composition/caller";
import { makerOf } from "../../maker-of";

type Job = Awaited<ReturnType<Api["fineTuning"]["get"]>>;

const parameterNames = new Map(
  Object.entries({
    training_steps: "Steps",
    learning_rate: "Learning rate",
    epochs: "Epochs",
    weight_decay: "Weight decay",
    warmup_fraction: "Warm-up fraction",
    seq_len: "Sequence length",
    fim_ratio: "Fill-in-the-middle ratio",
  }),
);

/** Shows the settings of a job, its creator and its model server. */
export function SettingsCard({ job }: { job: Job }) {
  const facts: [string, string][] = [
    ["Base model", job.model],
    ["Suffix", job.suffix ?? "None"],
    ...Object.entries(job.hyperparameters).map(([name, value]): [string, string] => [
      parameterNames.get(name) ?? name,
      String(value),
    ]),
    ["Starts", job.isAutoStart ? "By itself" : "Manually"],
    ["Model server", job.modelServer ?? "–"],
    ["Created", `${formatExact(job.createdAt)} by ${makerOf(job)}`],
    ...(job.endedAt ? ([["Ended", formatExact(job.endedAt)]] as [string, string][]) : []),
    ["Id", job.id],
  ];
  return (
    <Card title="Settings">
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1.5">
        {facts.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-ink-soft">{name}</dt>
            <dd className="figures wrap-anywhere">{value}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
