import { formatNumber } from "@/app/_ui/format";
import { numberFormat } from "@/app/_ui/formats";
import { type ChartLine, LineChart } from "@/app/_ui/line-chart";

type Checkpoint = { step: number; trainLoss: number | null; validLoss: number | null };

const loss = (value: number) => numberFormat({ minimumFractionDigits: 3, maximumFractionDigits: 3 }).format(value);

/** Shows the training loss and the validation loss of a model by step. */
export function LossChart({ checkpoints }: { checkpoints: Checkpoint[] }) {
  const lines: ChartLine[] = [
    { name: "Training loss", ink: 1, values: checkpoints.map(({ trainLoss }) => trainLoss) },
    { name: "Validation loss", ink: 2, values: checkpoints.map(({ validLoss }) => validLoss) },
  ].filter(({ values }) => values.some((value) => value !== null));
  if (lines.length === 0) return null;
  const last = checkpoints.at(-1);
  const now = last?.trainLoss ?? last?.validLoss;
  return (
    <LineChart
      title="Loss"
      hint={`${now == null ? "" : `${loss(now)} `}after ${formatNumber(last?.step ?? 0)} steps. Lower is better.`}
      pointName="Step"
      points={checkpoints.map(({ step }) => formatNumber(step))}
      lines={lines}
      format={loss}
    />
  );
}
