import { vi } from "vitest";
import type { Granted, Outcome, Refused, Reservation } from "@/server/usage/metering";

/** The calls of metering by the gateway, and the answers that the test has set. */
export type Metering = {
  answer: (reservation: Reservation) => Promise<Granted | Refused> | Granted | Refused;
  /** The answer to the check before a body is read. */
  check: (caller: { keyId: string | null }) => Granted | Refused;
  reservations: Reservation[];
  settlements: ({ workspaceId: string; id: string } & Outcome)[];
};

// The gateway under test and all of its imports are loaded again for each configuration; this state is kept.
const shared = globalThis as { atelierMetering?: Metering };

/** Returns the fake metering, for tests of how the gateway uses metering. */
export function metering(): Metering {
  shared.atelierMetering ??= {
    answer: () => ({ isGranted: true }),
    check: () => ({ isGranted: true }),
    reservations: [],
    settlements: [],
  };
  return shared.atelierMetering;
}

/** Forgets all calls, and grants everything. */
export function resetMetering(): void {
  delete shared.atelierMetering;
}

/**
 * Replaces metering for the gateway of this test file. It does not use `vi.mock`, which would stay in the worker for
 * its next file, so that each file would need a process of its own; `environment.ts` removes this replacement.
 */
export function replaceMetering(): void {
  vi.doMock("@/server/usage/metering", () => fakeMetering);
}

const fakeMetering = {
  async reserve(reservation: Reservation) {
    metering().reservations.push(reservation);
    return metering().answer(reservation);
  },
  async rebook(reservation: Reservation) {
    metering().reservations.push(reservation);
    return metering().answer(reservation);
  },
  async spentShare() {
    return 0;
  },
  async checkLimits(caller: { keyId: string | null }) {
    return metering().check(caller);
  },
  settle(workspaceId: string, id: string, outcome: Outcome) {
    metering().settlements.push({ workspaceId, id, ...outcome });
  },
  async settled() {},
};
