import { Badge } from "@/app/_ui/badge";
import { LinkButton } from "@/app/_ui/button";
import { formatDay, plainMoney } from "@/app/_ui/format";
import { Table, TableCell, TableRow } from "@/app/_ui/table";

type Price = {
  model: string;
  from: string;
  inputPrice: number;
  outputPrice: number;
  trainingPrice?: number | null | undefined;
  batchFactor?: number | null | undefined;
  classPrices?: Partial<Record<string, number>> | null | undefined;
};

const columns = [
  { label: "Model" },
  { label: "From" },
  { label: "Input", align: "end" as const },
  { label: "Output", align: "end" as const },
  { label: "Others" },
];
const actions = { label: "Actions", isLabelHidden: true };
const units = new Set(["second", "image", "page", "request"]);

/** Draws a row per price. With `here`, the page's address, each can be deleted. */
export function PricesTable({ rows, today, here }: { rows: Price[]; today: string; here?: string }) {
  return (
    <Table label="Prices" columns={here ? [...columns, actions] : columns} isList>
      {rows.map((row) => (
        <TableRow key={`${row.model} ${row.from}`}>
          <TableCell kind="primary" className="wrap-anywhere">
            <span className="font-medium">{row.model === "*" ? "All others (*)" : row.model}</span>{" "}
            {row.from > today && <Badge tone="accent">Planned</Badge>}
          </TableCell>
          <TableCell label="From">{row.from === "1970-01-01" ? "always" : formatDay(row.from)}</TableCell>
          <TableCell label="Input" align="end" isGlance>
            {plainMoney(row.inputPrice)}
          </TableCell>
          <TableCell label="Output" align="end" isGlance>
            {plainMoney(row.outputPrice)}
          </TableCell>
          <TableCell label="Others" className="wrap-anywhere">
            {othersOf(row) || "none"}
          </TableCell>
          {here && (
            <TableCell kind="actions">
              <LinkButton
                size="sm"
                variant="ghost"
                href={`${here}?q=${encodeURIComponent(row.model)}&dialog=${encodeURIComponent(`delete:${row.from}:${row.model}`)}`}
                aria-label={`Delete the price of ${row.model} from ${row.from}`}
              >
                Delete
              </LinkButton>
            </TableCell>
          )}
        </TableRow>
      ))}
    </Table>
  );
}

function othersOf({ trainingPrice, batchFactor, classPrices }: Price): string {
  const classes = Object.entries(classPrices ?? {}).map(
    ([name, price = 0]) => `${name} ${plainMoney(units.has(name) ? price / 1_000_000 : price)}`,
  );
  if (typeof trainingPrice === "number") classes.push(`training ${plainMoney(trainingPrice)}`);
  if (typeof batchFactor === "number") classes.push(`in a batch ${batchFactor / 10_000} % of it`);
  return classes.join(", ");
}
