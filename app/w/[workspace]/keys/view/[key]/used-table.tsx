import { Card } from "@/app/_ui/card";
import { formatExact } from "@/app/_ui/format";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { RelativeTime } from "@/app/_ui/time";
import { keyScopes, scopeText } from "@/server/access/key-scopes";
import type { Outputs } from "@/server/composition/outputs";

export type KeyRecord = Outputs["keys"]["record"];

const columns = [{ label: "What" }, { label: "First used" }, { label: "Last used" }];

/** Shows each scope, model and address of a key, with the time of its last use. */
export function UsedTable({ record }: { record: KeyRecord }) {
  const { used, scopes, models, ipRanges, since } = record;
  const of = (kind: "scope" | "model" | "address") => used.filter((one) => one.kind === kind);
  const unused = scopes.filter((scope) => !of("scope").some(({ value }) => value === scope));
  return (
    <>
      <Used
        title="Scopes"
        description={`${scopes.length - unused.length} of ${scopes.length} were used since ${formatExact(since)}.`}
        none="No scope was used."
        rows={of("scope")}
        footer={unused.length > 0 && `Never used: ${unused.map((scope) => scopeText[scope]).join(", ")}.`}
        nameOf={(value) => {
          const scope = keyScopes.find((one) => one === value);
          const isGone = !scopes.some((one) => one === value);
          return scope === undefined || isGone ? `${value} (taken away)` : scopeText[scope];
        }}
      />
      <Used
        title="Models"
        description={models === null ? "It may use every model." : `It may use: ${models.join(", ")}.`}
        none="No model was used."
        rows={of("model")}
      />
      <Used
        title="Addresses"
        description={
          ipRanges === null ? "It may be used from anywhere." : `It may be used from: ${ipRanges.join(", ")}.`
        }
        none="It was used from nowhere."
        rows={of("address")}
      />
    </>
  );
}

function Used({
  title,
  description,
  none,
  rows,
  footer,
  nameOf,
}: {
  title: string;
  description: string;
  none: string;
  rows: KeyRecord["used"];
  footer?: React.ReactNode;
  /** Returns the display name of a value; without it the value is shown as programs write it. */
  nameOf?: (value: string) => string;
}) {
  return (
    <Card isFlush title={title} description={<span className="wrap-anywhere">{description}</span>} footer={footer}>
      {rows.length === 0 ? (
        <p className="px-4 py-4 text-ink-soft md:px-5">{none}</p>
      ) : (
        <Table label={title} columns={columns} isList>
          {rows.map(({ value, firstAt, lastAt }) => (
            <TableRow key={value}>
              <TableCell kind="primary">
                {nameOf?.(value) ?? <span className="wrap-anywhere font-mono text-[0.8125rem]">{value}</span>}
              </TableCell>
              <Times firstAt={firstAt} lastAt={lastAt} />
            </TableRow>
          ))}
        </Table>
      )}
    </Card>
  );
}

function Times({ firstAt, lastAt }: { firstAt: Date; lastAt: Date }) {
  return (
    <>
      <TableCell label="First used" className="w-1/5 text-ink-soft">
        <RelativeTime date={firstAt} />
      </TableCell>
      <TableCell label="Last used" isGlance className="w-1/5 text-ink-soft">
        <RelativeTime date={lastAt} />
      </TableCell>
    </>
  );
}
