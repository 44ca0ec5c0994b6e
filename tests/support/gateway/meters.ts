import { randomUUID } from "node:crypto";
import type postgres from "postgres";
import { EndUserMemory } from "@/server/usage/end-users/memory";
import { LimitsMemory } from "@/server/usage/leases/limits";
import { Meter } from "@/server/usage/leases/meter";
import { endAllLost, exchange } from "@/server/usage/leases/queries";
import type { Outcome, Reservation } from "@/server/usage/reservation";

/**
 * A meter as one instance has it, with its own leases and its own memory of limits, but without the rest of the
 * instance.
 */
export type TestMeter = {
  meter: Meter;
  reserve(reservation: Reservation): Promise<Awaited<ReturnType<Meter["reserve"]>>>;
  rebook(reservation: Reservation): Promise<Awaited<ReturnType<Meter["rebook"]>>>;
  settle(id: string, outcome?: Outcome): void;
  /** Stops all of its communication, like a process that is killed. */
  kill(): void;
};

const price = { inputPrice: 1_000_000, outputPrice: 2_000_000 };

const started: Meter[] = [];

/** Stops all meters, whatever they have under way. */
export async function stopMeters(): Promise<void> {
  await Promise.all(started.splice(0).map((meter) => meter.stop(0)));
}

/** Starts several meters on one database that hear each other's announcements, or not. */
export async function startMeters(sql: postgres.Sql, count: number, { isHearing = true } = {}): Promise<TestMeter[]> {
  const meters = Array.from({ length: count }, () => oneMeter(() => isHearing));
  if (isHearing)
    await sql.listen("atelier_keys", (text) => {
      const [what, workspaceId = "", ...subject] = text.split(" ");
      if (what === "sign") signs.get(workspaceId)?.();
      for (const { meter, memory, endUsers } of meters) {
        if (what === "recall") meter.recall(workspaceId, subject.length > 0 ? subject.join(" ") : undefined);
        if (what !== "limits") continue;
        memory.forget(workspaceId);
        endUsers.forget(workspaceId);
        meter.recall(workspaceId);
      }
    });
  return meters;
}

function oneMeter(isHearing: () => boolean): TestMeter & { memory: LimitsMemory; endUsers: EndUserMemory } {
  let isDead = false;
  const dead = () => new Promise<never>(() => {});
  const meter: Meter = new Meter({
    exchange: (said) => (isDead ? dead() : exchange(said)),
    endLost: () => (isDead ? dead() : endAllLost()),
    isHearing,
    // Long, so that the result does not depend on how busy the machine is.
    recallMs: 1_000,
  });
  started.push(meter);
  const memory = new LimitsMemory(
    isHearing,
    (databaseMs, askedAt) => meter.noteTime(databaseMs, askedAt),
    (of) => meter.recall(of),
  );
  const limitsFor = async ({ workspaceId, keyId, memberId }: Reservation) => {
    const limits = memory.recall(workspaceId, keyId, memberId) ?? (await memory.load(workspaceId, keyId, memberId));
    if (!limits) throw new Error("the key has ended");
    return limits;
  };
  const endUsers = new EndUserMemory(isHearing);
  return {
    meter,
    memory,
    endUsers,
    rebook: async (reservation) => meter.rebook(reservation, price, await limitsFor(reservation)),
    async reserve(reservation) {
      const { workspaceId } = reservation;
      const limits = await limitsFor(reservation);
      const { endUserSent, ...rest } = reservation;
      const found = limits.endUsers && (await endUsers.find(workspaceId, endUserSent, limits.endUsers));
      if (found && "problem" in found) throw new Error(found.problem);
      const answer = await meter.reserve(found ? { ...rest, endUser: found } : rest, price, limits);
      if (answer.isGranted) workspaceOf.set(reservation.id, workspaceId);
      return answer;
    },
    settle: (id, outcome = done()) => meter.settle(workspaceOf.get(id) ?? "", id, outcome),
    kill() {
      isDead = true;
    },
  };
}

const signs = new Map<string, () => void>();

/** Resolves once everything that was committed before has been heard. */
export async function allIsHeard(sql: postgres.Sql): Promise<void> {
  const sign = randomUUID();
  const isHeard = new Promise<void>((resolve) => signs.set(sign, resolve));
  await sql`select pg_notify('atelier_keys', ${`sign ${sign}`})`;
  await isHeard;
}

const workspaceOf = new Map<string, string>();

/** Returns the outcome of a request that used what was reserved for it. */
export const done = (more: Partial<Outcome> = {}): Outcome => ({
  ...{ status: 200, errorCode: null, usage: { promptTokens: 20, completionTokens: 20 }, usageSource: "reported" },
  ...{ firstByteMs: 5, totalMs: 30, ...more },
});

/** Returns a reservation of at most 20 prompt tokens and 20 completion tokens: 60 micro-units. */
export const asking = (workspaceId: string, more: Partial<Reservation> = {}): Reservation => ({
  ...{ id: randomUUID(), workspaceId, keyId: null, memberId: null, model: "m", upstreamModel: "m" },
  ...{ operation: "chat", isStreamed: false, promptTokens: 20, completionTokens: 20, seconds: 60, ...more },
});
