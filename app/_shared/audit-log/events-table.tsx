import type { Route } from "next";
import { formatExact } from "@/app/_ui/format";
import { Link } from "@/app/_ui/link";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import type { Outputs, RowOf } from "@/server/composition/outputs";
import { type Change, changesOf, type ValueContext } from "./changes";
import { viewHref } from "./view";
import { phraseOf, plainName } from "./words";

export type EventRow = RowOf<Outputs["audit"]["list"]>;

type HrefOf = (target: EventRow["target"]) => string | undefined;

const columns = [{ label: "Event" }, { label: "When" }, { label: "From" }];
const linkClass = "underline decoration-hairline underline-offset-3 hover:decoration-current";

/** Draws a row per event, newest first, each with everything that is known of it behind "Details". */
export function EventsTable({
  rows,
  hrefOf,
  here,
  context,
}: {
  rows: EventRow[];
  /** Where a thing is shown; undefined: nowhere. */
  hrefOf: HrefOf;
  here: string;
  context: ValueContext;
}) {
  return (
    <Table label="Events" columns={columns} isList>
      {rows.map((event) => (
        <TableRow key={event.id}>
          <TableCell kind="primary">
            <Sentence event={event} hrefOf={hrefOf} />
            <Details event={event} here={here} changes={changesOf(event.before, event.after, context)} />
          </TableCell>
          <TableCell label="When" isGlance className="text-ink-soft">
            <time dateTime={event.at.toISOString()}>{formatExact(event.at)}</time>
          </TableCell>
          <TableCell label="From" className="text-ink-soft">
            <div>
              {event.browser && <p>{event.browser}</p>}
              <p className="wrap-anywhere font-mono text-xs">{event.ip ?? "–"}</p>
            </div>
          </TableCell>
        </TableRow>
      ))}
    </Table>
  );
}

function Sentence({ event, hrefOf }: { event: EventRow; hrefOf: HrefOf }) {
  const { before, after } = phraseOf(event.action);
  const href = hrefOf(event.target);
  const name = event.target.name ?? unnamed(event.target);
  return (
    <p className="wrap-anywhere">
      <span className="font-medium">{event.actor ? (event.actor.name ?? "A removed person") : "Atelier"}</span> {before}
      {after !== null && (
        <>
          {" "}
          {href ? (
            <Link href={href as Route} className={`font-medium ${linkClass}`}>
              {name}
            </Link>
          ) : (
            <span className="font-medium">{name}</span>
          )}
          {after}
        </>
      )}
    </p>
  );
}

function unnamed({ type, id }: EventRow["target"]): string {
  if (type === "member" || type === "person") return "a removed person";
  if (type === "rate_limit") return id === "*" ? "all models together" : id;
  return id;
}

function Details({ event, here, changes }: { event: EventRow; here: string; changes: Change[] }) {
  const { target, seal } = event;
  return (
    <details className="mt-1 text-[0.8125rem] text-ink-soft">
      <summary className="w-fit cursor-pointer rounded-sm hover:text-ink pointer-coarse:py-2">Details</summary>
      <div className="mt-2 flex flex-col gap-3">
        {changes.length > 0 && (
          <dl className="grid gap-x-4 gap-y-1 sm:grid-cols-[max-content_1fr]">
            {changes.map(({ name, before, after }) => (
              <div key={name} className="contents">
                <dt className="text-ink-faint">{name}</dt>
                <dd className="wrap-anywhere text-ink">
                  {before !== undefined && after !== undefined ? (
                    <>
                      <del className="text-ink-soft">{before}</del> <span aria-hidden="true">→</span>{" "}
                      <ins className="no-underline">{after}</ins>
                    </>
                  ) : before !== undefined ? (
                    <del className="text-ink-soft">{before}</del>
                  ) : (
                    <ins className="no-underline">{after}</ins>
                  )}
                </dd>
              </div>
            ))}
          </dl>
        )}
        <dl className="grid gap-x-4 gap-y-1 sm:grid-cols-[max-content_1fr]">
          <Fact name="Action" value={event.action} />
          <Fact name={plainName(target.type)} value={target.id} />
          <Fact name="Person" value={event.actor?.id} />
          <Fact name="Address" value={event.ip} />
          <Fact name="Browser" value={event.userAgent} />
          <Fact name="Request" value={event.requestId} />
          <Fact name="Event" value={event.id} />
          <Fact name="Seal" value={seal ? `${seal.sequence}: ${seal.hash}` : "sealed in a few seconds"} />
        </dl>
        <p>
          <Link
            href={viewHref(here, { query: {} }, { type: target.type, thing: target.id }) as Route}
            className={linkClass}
          >
            Everything about this
          </Link>
        </p>
      </div>
    </details>
  );
}

function Fact({ name, value }: { name: string; value: string | null | undefined }) {
  if (!value) return null;
  return (
    <div className="contents">
      <dt className="text-ink-faint">{name}</dt>
      <dd className="wrap-anywhere font-mono text-xs leading-5">{value}</dd>
    </div>
  );
}
