import type { Db } from "@/db/client";
import { beginning, type SealedEvent, seal } from "./chain";
import * as seals from "./seals/queries";

/**
 * The first flaw of a chain: an event that differs from what was sealed (`changed`: its content, or the order of the
 * links), one that is `gone`, a missing link (`gap`), or an event that was inserted without a seal (`loose`).
 */
export type Flaw = {
  kind: "changed" | "gone" | "gap" | "loose";
  /** Its position in the chain; null: it has none. */
  sequence: number | null;
  eventId: string | null;
  at: string | null;
  action: string | null;
};

/** The result of recomputing a chain. `hash` is that of the last valid link in hex, `until` the time of its event. */
export type Verdict = {
  whole: number;
  until: string | null;
  hash: string | null;
  waiting: number;
  flaw: Flaw | null;
};

const atOnce = 1_000;

/** Runs one read transaction in the workspace. */
type Step = <T>(run: (db: Db, workspaceId: string) => Promise<T>) => Promise<T>;

/**
 * Recomputes a workspace's chain from the beginning, a thousand links at a time, so that its memory use does not grow
 * with the log. Events that are sealed meanwhile are checked as well.
 */
export async function verify(step: Step): Promise<Verdict> {
  const verdict: Verdict = { whole: 0, until: null, hash: null, waiting: 0, flaw: null };
  let hash: Buffer = beginning;
  for (let isMore = true; isMore; ) {
    const links = await step((db, workspaceId) => seals.listLinks(db, workspaceId, verdict.whole, atOnce));
    for (const { event, ...link } of links) {
      const expected = verdict.whole + 1;
      if (link.sequence !== expected) return { ...verdict, flaw: { ...flawOf("gap", null), sequence: expected } };
      if (!event)
        return { ...verdict, flaw: { ...flawOf("gone", null), sequence: link.sequence, eventId: link.eventId } };
      hash = seal(hash, event);
      if (!hash.equals(link.hash))
        return { ...verdict, flaw: { ...flawOf("changed", event), sequence: link.sequence } };
      Object.assign(verdict, { whole: expected, until: event.at, hash: hash.toString("hex") });
    }
    isMore = links.length === atOnce;
  }
  return { ...verdict, ...(await lookOutside(step)) };
}

type Loose = Awaited<ReturnType<typeof seals.findLoose>>;

async function lookOutside(step: Step): Promise<Pick<Verdict, "waiting" | "flaw">> {
  for (let after: string | null | undefined; after !== null; ) {
    const from: string | undefined = after;
    const found = await step<Loose>((db, workspaceId) => seals.findLoose(db, workspaceId, from, atOnce));
    if (found.loose) return { waiting: 0, flaw: flawOf("loose", found.loose) };
    after = found.last;
  }
  return { waiting: await step((db, workspaceId) => seals.countUnsealed(db, workspaceId)), flaw: null };
}

function flawOf(kind: Flaw["kind"], event: SealedEvent | null): Flaw {
  return {
    ...{ kind, sequence: null },
    ...{ eventId: event?.id ?? null, at: event?.at ?? null, action: event?.action ?? null },
  };
}
