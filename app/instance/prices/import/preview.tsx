"use client";

import { SubmitButton } from "@/app/_ui/form";
import { formatCount, plainMoney } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Notice } from "@/app/_ui/notice";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import type { Outputs } from "@/server/composition/outputs";

type Found = Outputs["instance"]["previewPrices"];

const columns = [
  { label: "Model" },
  { label: "From" },
  { label: "Input", align: "end" as const },
  { label: "Output", align: "end" as const },
];
const badColumns = [{ label: "Entry" }, { label: "Model" }, { label: "What is wrong" }];

/** Shows the changes of a list and its unreadable entries, and the button that imports it. */
export function Preview({ preview, today }: { preview: Found; today: string }) {
  const { changes, added, changed, same, unpriced, bad, badCount, good } = preview;
  const count = added + changed;
  return (
    <>
      <Notice role="note" title="What would change">
        {formatCount(added, "new price")}, {formatCount(changed, "changed price")}, {same} as they are.
        {unpriced > 0 && ` ${formatCount(unpriced, "entry", "entries")} of the list without any price are left out.`}
      </Notice>
      {badCount > 0 && (
        <>
          <Notice tone="danger" title={`${formatCount(badCount, "entry", "entries")} cannot be read`}>
            Correct the list and preview it again, or import it without them.
          </Notice>
          <Table label="Entries that cannot be read" columns={badColumns}>
            {bad.map(({ at, model, why }) => (
              <TableRow key={at}>
                <TableCell kind="primary">{at}</TableCell>
                <TableCell label="Model" className="wrap-anywhere">
                  {model || "none"}
                </TableCell>
                <TableCell label="What is wrong">{why}</TableCell>
              </TableRow>
            ))}
          </Table>
        </>
      )}
      {changes.length > 0 && (
        <Table label="Changes" columns={columns}>
          {changes.map(({ after, before }) => (
            <TableRow key={`${after.model} ${after.from}`}>
              <TableCell kind="primary" className="wrap-anywhere">
                {after.model}
              </TableCell>
              <TableCell label="From">{after.from}</TableCell>
              <TableCell label="Input" align="end">
                {moneyOf(before?.inputPrice, after.inputPrice)}
              </TableCell>
              <TableCell label="Output" align="end">
                {moneyOf(before?.outputPrice, after.outputPrice)}
              </TableCell>
            </TableRow>
          ))}
        </Table>
      )}
      {count > changes.length && <p className="text-ink-soft">And {count - changes.length} more changes.</p>}
      {count > 0 ? (
        <>
          <HiddenFields values={{ step: "import", list: good, from: today, rate: "1" }} />
          <div>
            <SubmitButton pendingLabel="Importing…">
              {badCount > 0
                ? `Import ${formatCount(count, "price")} without the entries that cannot be read`
                : `Import ${formatCount(count, "price")}`}
            </SubmitButton>
          </div>
        </>
      ) : (
        <p>There is nothing to import.</p>
      )}
    </>
  );
}

const moneyOf = (before: number | undefined, after: number) =>
  before === undefined || before === after ? plainMoney(after) : `${plainMoney(before)} → ${plainMoney(after)}`;
