import { formatExact } from "@/app/_ui/format";
import { type SortColumn, type Sorting, sortable } from "@/app/_ui/sorting";
import type { Outputs, RowOf } from "@/server/composition/outputs";
import { changesOf, type ValueContext } from "./changes";
import { type EventLine, EventLines, type Fact } from "./event-lines";
import { viewHref } from "./view";
import { phraseOf, plainName } from "./words";

export type EventRow = RowOf<Outputs["audit"]["list"]>;

type HrefOf = (target: EventRow["target"]) => string | undefined;

type Props = {
  rows: EventRow[];
  /** Returns the page of a thing; undefined: there is none. */
  hrefOf: HrefOf;
  here: string;
  context: ValueContext;
  sorting: Sorting;
};

const columns: SortColumn[] = [{ label: "Event" }, { label: "When", sortBy: "when", first: "desc" }, { label: "From" }];

/** Draws a row per event, each with all its data under "Details". */
export function EventsTable({ rows, hrefOf, here, context, sorting }: Props) {
  const lines = rows.map((event) => lineOf(event, hrefOf, context));
  return <EventLines here={here} columns={sortable(columns, sorting)} lines={lines} />;
}

/** Returns an event with its texts, so that the catalogue of sentences stays on the server. */
function lineOf(event: EventRow, hrefOf: HrefOf, context: ValueContext): EventLine {
  const { id, at, actor, target, browser, ip } = event;
  const { before, after } = phraseOf(event.action);
  const href = hrefOf(target);
  const changes = changesOf(event.before, event.after, context);
  return {
    ...{ id, at, ip, before },
    who: actor ? (actor.name ?? "A removed person") : "Atelier",
    ...(after === null ? {} : { after, thing: target.name ?? unnamed(target) }),
    ...(href && after !== null ? { href } : {}),
    ...(browser ? { browser } : {}),
    ...(changes.length > 0 ? { changes } : {}),
    facts: factsOf(event),
    about: viewHref("", { query: {} }, { type: target.type, thing: target.id }),
  };
}

function unnamed({ type, id }: EventRow["target"]): string {
  if (type === "member" || type === "person") return "a removed person";
  if (type === "rate_limit") return id === "*" ? "all models together" : id;
  return id;
}

function factsOf({ id, at, action, target, actor, ip, userAgent, requestId, seal }: EventRow): Fact[] {
  const all: [string, string | null | undefined][] = [
    ["Time", formatExact(at)],
    ["Action", action],
    [plainName(target.type), target.id],
    ["Person", actor?.id],
    ["Address", ip],
    ["Browser", userAgent],
    ["Request", requestId],
    ["Event", id],
    ["Seal", seal ? `${seal.sequence}: ${seal.hash}` : "sealed in a few seconds"],
  ];
  return all.flatMap(([name, value]) => (value ? [[name, value] as const] : []));
}
