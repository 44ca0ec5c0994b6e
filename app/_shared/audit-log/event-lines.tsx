"use client";

import { RowLink } from "@/app/_ui/row-link";
import { type Column, Table, TableCell, TableRow } from "@/app/_ui/table";
import { RelativeTime } from "@/app/_ui/time";
import type { Change } from "./changes";

/** A name and a value, both as text. */
export type Fact = readonly [name: string, value: string];

/** An event as it is shown: the actor, the texts before and after the thing, and all its data. */
export type EventLine = {
  id: string;
  at: Date;
  ip: string | null;
  who: string;
  before: string;
  /** The thing's name; undefined: the sentence names no thing. */
  after?: string;
  thing?: string;
  href?: string;
  browser?: string;
  changes?: Change[];
  facts: Fact[];
  /** The query of all events about the same thing. */
  about: string;
};

const linkClass = "underline decoration-hairline underline-offset-3 hover:decoration-current";

/** Draws the rows of an audit log. */
export function EventLines({ lines, columns, here }: { lines: EventLine[]; columns: Column[]; here: string }) {
  return (
    <Table label="Events" columns={columns} isList>
      {lines.map((line) => (
        <TableRow key={line.id}>
          <TableCell kind="primary">
            <Sentence {...line} />
            <Details {...line} here={here} />
          </TableCell>
          <TableCell label="When" isGlance className="text-ink-soft">
            <RelativeTime date={line.at} />
          </TableCell>
          <TableCell label="From" className="text-ink-soft">
            <div>
              {line.browser && <p>{line.browser}</p>}
              <p className="wrap-anywhere font-mono text-xs">{line.ip ?? "–"}</p>
            </div>
          </TableCell>
        </TableRow>
      ))}
    </Table>
  );
}

function Sentence({ who, before, after, thing, href }: EventLine) {
  return (
    <p className="wrap-anywhere">
      <span className="font-medium">{who}</span> {before}
      {after !== undefined && (
        <>
          {" "}
          {href ? (
            <RowLink href={href} className={`font-medium ${linkClass}`}>
              {thing}
            </RowLink>
          ) : (
            <span className="font-medium">{thing}</span>
          )}
          {after}
        </>
      )}
    </p>
  );
}

function Details({ changes, facts, about, here }: EventLine & { here: string }) {
  return (
    <details className="mt-1 text-[0.8125rem] text-ink-soft">
      <summary className="w-fit cursor-pointer rounded-sm hover:text-ink pointer-coarse:py-2">Details</summary>
      <div className="mt-2 flex flex-col gap-3">
        {changes && (
          <dl className="facts">
            {changes.map((change) => (
              <div key={change.name}>
                <dt>{change.name}</dt>
                <dd className="wrap-anywhere text-ink">
                  <Changed {...change} />
                </dd>
              </div>
            ))}
          </dl>
        )}
        <dl className="facts">
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        <p>
          <RowLink href={`${here}${about}`} className={linkClass}>
            Everything about this
          </RowLink>
        </p>
      </div>
    </details>
  );
}

function Changed({ before, after }: Change) {
  if (before === undefined) return <ins className="no-underline">{after}</ins>;
  const was = <del className="text-ink-soft">{before}</del>;
  if (after === undefined) return was;
  return (
    <>
      {was} <span aria-hidden="true">→</span> <ins className="no-underline">{after}</ins>
    </>
  );
}
