import { Card } from "@/app/_ui/card";
import { formatNumber } from "@/app/_ui/format";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { classesOf } from "@/app/w/[workspace]/_shared/class-text";
import type { Report } from "@/server/usage/report";

/** Draws the number of tokens of each class, and other units; nothing without any usage. */
export function ClassesCard({ totals, previous }: Pick<Report, "totals" | "previous">) {
  const classes = classesOf(totals.classes);
  if (classes.length === 0) return null;
  return (
    <Card
      isFlush
      title="By class"
      description="Parts of the tokens that may have a price of their own."
      className="mb-6"
    >
      <Table
        label="Usage by class"
        isList
        columns={[{ label: "Class" }, { label: "Used", align: "end" }, { label: "Before", align: "end" }]}
      >
        {classes.map(({ id, name, count }) => (
          <TableRow key={id}>
            <TableCell kind="primary">{name}</TableCell>
            <TableCell label="Used" align="end" isGlance className="figures">
              {formatNumber(count)}
            </TableCell>
            <TableCell label="Before" align="end" className="figures text-ink-soft">
              {formatNumber(previous.classes[id] ?? 0)}
            </TableCell>
          </TableRow>
        ))}
      </Table>
    </Card>
  );
}
