import type { ChartSeries, ChartSteps } from "./bar-chart";
import { Table, TableCell, TableRow } from "./table";

/** Offers the data of a bar chart as a table. */
export function ChartTable({
  title,
  label,
  steps,
  series,
  sums,
  format,
}: {
  title: string;
  label: string;
  steps: ChartSteps;
  series: ChartSeries[];
  sums: number[];
  format: (value: number) => string;
}) {
  const isPiled = series.length > 1;
  const used = sums.flatMap((sum, i) => (sum > 0 ? [i] : []));
  const columns = [
    { label: "Time (UTC)" },
    ...(isPiled ? series.map(({ name }) => ({ label: name, align: "end" as const })) : []),
    { label: isPiled ? "All" : title, align: "end" as const },
  ];
  return (
    <details className="mt-3 text-[0.8125rem] print:hidden">
      <summary className="w-fit text-ink-soft hover:text-ink">Show as table</summary>
      {/* biome-ignore lint/a11y/useSemanticElements: a region that scrolls needs a name for keyboard users. */}
      <div
        role="group"
        aria-label={`${title} as a table`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        tabIndex={0}
        className="mt-2 max-h-96 overflow-y-auto rounded-md border border-hairline"
      >
        {used.length === 0 ? (
          <p className="px-4 py-3 text-ink-soft">No data.</p>
        ) : (
          <Table label={label} columns={columns}>
            {used.map((i) => (
              <TableRow key={steps.labels[i]}>
                <TableCell kind="primary" className="whitespace-nowrap">
                  {steps.labels[i]}
                </TableCell>
                {isPiled &&
                  series.map(({ name, ink, values }) => (
                    <TableCell key={ink} label={name} align="end" className="figures">
                      {format(values[i] ?? 0)}
                    </TableCell>
                  ))}
                <TableCell label={isPiled ? "All" : title} align="end" className="figures font-medium">
                  {format(sums[i] ?? 0)}
                </TableCell>
              </TableRow>
            ))}
          </Table>
        )}
      </div>
    </details>
  );
}
