import { csvHead, csvLine } from "@/app/_ui/csv";
import type { ExportFormat } from "@/server/audit/input";
import type { Outputs, RowOf } from "@/server/composition/outputs";

/** An event of the download. */
export type ExportedEvent = RowOf<Outputs["audit"]["export"]>;

const heads = [
  ...["at", "actor_id", "actor", "action", "target_type", "target_id", "target", "before", "after"],
  ...["ip", "user_agent", "request_id", "event_id", "sequence", "hash"],
];

/** Returns the text before the first event. */
export function exportHead(format: ExportFormat): string {
  return format === "csv" ? csvHead(heads) : "";
}

/**
 * Returns events as lines. A JSON line has the sealed members with their sealed names, the names of people and things, and the event's
 * link in the chain.
 */
export function exportLines(format: ExportFormat, workspaceId: string, events: ExportedEvent[]): string {
  return events.map((event) => (format === "csv" ? asCsv(event) : asJson(workspaceId, event))).join("");
}

function asCsv({ moment, actor, action, target, seal, ...event }: ExportedEvent): string {
  const { before, after, ip, userAgent, requestId, id } = event;
  const json = (value: unknown) => (value === null ? "" : JSON.stringify(value));
  return csvLine([
    ...[moment, actor?.id ?? "", nameOf(actor), action, target.type, target.id, target.name ?? ""],
    ...[json(before), json(after), ip ?? "", userAgent ?? "", requestId ?? "", id],
    ...[seal?.sequence ?? "", seal?.hash ?? ""],
  ]);
}

function asJson(workspaceId: string, { moment, actor, action, target, seal, ...event }: ExportedEvent): string {
  const { id, before, after, ip, userAgent, requestId } = event;
  return `${JSON.stringify({
    ...{ workspaceId, id, at: moment, actorId: actor?.id ?? null, action },
    ...{ targetType: target.type, targetId: target.id, before, after, ip, userAgent, requestId },
    ...{ actorName: nameOf(actor), targetName: target.name },
    ...{ sequence: seal?.sequence ?? null, hash: seal?.hash ?? null },
  })}\n`;
}

const nameOf = (actor: ExportedEvent["actor"]) => (actor ? (actor.name ?? "A removed person") : "Atelier");
