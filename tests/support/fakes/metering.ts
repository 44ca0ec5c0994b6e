import { vi } from "vitest";
import type { Granted, Outcome, Refused, Reservation } from "@/server/usage/metering";

/** What the gateway asked of metering, and what metering is to answer. */
export type Metering = {
  answer: (reservation: Reservation) => Promise<Granted | Refused> | Granted | Refused;
  /** What it says of the least that any request takes. */
  check: (caller: { keyId: string | null }) => Granted | Refused;
  reservations: Reservation[];
  settlements: ({ workspaceId: string; id: string } & Outcome)[];
};

// The gateway under test is loaded anew for each configuration, and with it whatever it imports.
const shared = globalThis as { atelierMetering?: Metering };

/** Stands in for the real one, for tests of what the gateway does with it. */
export function metering(): Metering {
  shared.atelierMetering ??= {
    answer: () => ({ isGranted: true }),
    check: () => ({ isGranted: true }),
    reservations: [],
    settlements: [],
  };
  return shared.atelierMetering;
}

/** Forgets everything, and grants everything. */
export function resetMetering(): void {
  delete shared.atelierMetering;
}

/**
 * Has the gateway of this file meet the fake instead of the real one. Not `vi.mock`, which a worker keeps for its next file and so needs a
 * process of its own, with all libraries loaded anew; `environment.ts` takes this one back.
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
