import { client } from "@/db/client";
import { onLiveConnection } from "@/db/guard";
import type { Tagging } from "../tags/carried";
import type { EndUserRules } from "./budget";
import { columns } from "./columns";
import type { Exchange, ExchangeAnswer } from "./exchange";

/**
 * Sends everything that an instance has to tell the database, and returns the answer. Sending the same exchange again
 * changes nothing.
 */
export async function exchange(request: Exchange): Promise<ExchangeAnswer> {
  const { instance, turn, lines, leases, buckets, begun, leaves } = request;
  const workspaces = new Set([...lines, ...leases, ...begun].map(({ workspace_id }) => workspace_id));
  const [row] = await onLiveConnection(
    () => client()<{ answer: ExchangeAnswer }[]>`
      select exchange_usage(${instance}, ${turn}, ${[...workspaces].join(",")}, ${columns(lines)}::text::jsonb,
        ${columns(leases)}::text::jsonb, ${json(buckets)}::text::jsonb, ${json(begun)}::text::jsonb, ${leaves}) as answer`,
  );
  return row?.answer ?? null;
}

const json = (all: object[]) => (all.length > 0 ? JSON.stringify(all) : null);

/**
 * Ends one instance that was silent for ten seconds, if there is one: its requests under way are charged as lost.
 * Returns whether there was one.
 */
export async function endLost(): Promise<boolean> {
  const [row] = await client()<{ isEnded: boolean }[]>`select end_lost_instance() as "isEnded"`;
  return row?.isEnded ?? false;
}

/**
 * Ends all instances that were silent for ten seconds. After the loss of a machine there may be many, and the amounts
 * that they hold are missing for others.
 */
export async function endAllLost(): Promise<void> {
  while (await endLost());
}

/**
 * The limits of a key or a member, as the database has them; null: the key or the workspace has ended. Money in
 * micro-units.
 */
export type StoredLimits = {
  now: number;
  slug: string;
  countedAs: string | null;
  /** Milliseconds until the next temporary raise of a limit of the workspace ends; null: there is none. */
  raiseEndsIn: number | null;
  budgets: { whose: string; subject: string; span: "day" | "week" | "month" | "total"; limit: number }[] | null;
  rates:
    | {
        scope: "key" | "workspace" | "model" | "ceiling";
        model: string | null;
        requests: number | null;
        tokens: number | null;
      }[]
    | null;
  tags: Tagging | null;
  endUsers: EndUserRules | null;
} | null;

/** Returns the limits that apply to a key, or to a member without one. */
export async function limitsOf(
  workspaceId: string,
  keyId: string | null,
  memberId: string | null,
): Promise<StoredLimits> {
  const [row] = await onLiveConnection(
    () => client()<{ limits: StoredLimits }[]>`select usage_limits(${workspaceId}, ${keyId}, ${memberId}) as limits`,
  );
  return row?.limits ?? null;
}

/**
 * An end user as the database knows it. `spans` are those for which this end user has a limit of its own instead of
 * the common one.
 */
export type StoredEndUser = { id: string; spans: ("day" | "week" | "month" | "total")[] | null };

/**
 * Finds an end user of a workspace by the keyed hash of its name, or adds it. The name is stored if the workspace
 * wants that.
 */
export async function endUserOf(workspaceId: string, lookup: Buffer, name: string): Promise<StoredEndUser> {
  const [row] = await onLiveConnection(
    () => client()<{ found: StoredEndUser }[]>`select end_user_of(${workspaceId}, ${lookup}, ${name}) as found`,
  );
  if (!row) throw new Error("an end user was neither found nor made");
  return row.found;
}
