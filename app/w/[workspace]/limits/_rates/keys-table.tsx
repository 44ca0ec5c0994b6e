import { Badge } from "@/app/_ui/badge";
import { moneyColumn } from "@/app/_ui/format";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { LimitsLink } from "@/app/w/[workspace]/_shared/limits-link";
import type { Outputs, RowOf } from "@/server/composition/outputs";
import { LiveMeter } from "./live-fill";

type Row = RowOf<Outputs["limits"]["keys"]>;

const columns = [
  { label: "Key" },
  { label: "Requests / min" },
  { label: "Tokens / min" },
  { label: "Spend this month" },
];

/** Draws a row per key, with its own limits and how full they are. */
export function KeysTable({ slug, rows, currency }: { slug: string; rows: Row[]; currency: string }) {
  const money = moneyColumn(
    rows.filter(({ monthlyLimit }) => monthlyLimit === null).map(({ spent, reserved }) => spent + reserved),
    currency,
  );
  return (
    <Table label="Limits of keys" columns={columns} isList>
      {rows.map(({ id, name, ...key }) => (
        <TableRow key={id}>
          <TableCell kind="primary">
            <p className="flex flex-wrap items-center gap-2">
              <span className="wrap-anywhere font-medium">{name}</span>
              {key.isMine && <Badge tone="accent">You</Badge>}
              {key.isService && <Badge>Service</Badge>}
            </p>
            <p className="wrap-anywhere text-[0.8125rem] text-ink-soft">
              <span className="font-mono">
                atl_{id.slice(0, 4)}…{key.lastFour}
              </span>
              {!key.isMine && !key.isService && <> · {key.ownerName}</>} ·{" "}
              <LimitsLink slug={slug} of={`key:${id}`} name={name} />
            </p>
          </TableCell>
          <TableCell label="Requests / min" className="md:w-44">
            <Own
              name={`requests by ${id}`}
              label={`Requests per minute, ${name}`}
              used={key.requestsUsed}
              max={key.requestsPerMinute}
            />
          </TableCell>
          <TableCell label="Tokens / min" className="md:w-44">
            <Own
              name={`tokens by ${id}`}
              label={`Tokens per minute, ${name}`}
              used={key.tokensUsed}
              max={key.tokensPerMinute}
            />
          </TableCell>
          <TableCell label="Spend this month" isGlance className="md:w-44">
            {key.monthlyLimit === null ? (
              <p className="figures text-[0.8125rem]">
                {money(key.spent + key.reserved)} <span className="text-ink-faint">· No limit</span>
              </p>
            ) : (
              <Own
                name={`spend by ${id}`}
                label={`Spend this month, ${name}`}
                used={key.spent + key.reserved}
                max={key.monthlyLimit}
                currency={currency}
              />
            )}
          </TableCell>
        </TableRow>
      ))}
    </Table>
  );
}

type OwnProps = { name: string; label: string; used: number; max: number | null; currency?: string };

function Own({ max, ...rest }: OwnProps) {
  if (max === null) return <span className="text-[0.8125rem] text-ink-faint">No limit</span>;
  return <LiveMeter max={max} {...rest} />;
}
