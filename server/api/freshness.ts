import type { Person } from "./context";
import { refuseStale } from "./refusals";

/** How long ago the person may have signed in, in milliseconds, for what lasts longer than the session that did it. */
const windows = { recent: 10 * 60_000, today: 12 * 60 * 60_000 } as const;

type Window = keyof typeof windows;

/**
 * How fresh a change wants the sign-in to be. `recent`: at most 10 minutes old, for who gets in and for what cannot be taken
 * back. `today`: at most 12 hours old, for secrets, links and data that leave. `any`: whatever a session may do. Where only
 * some inputs ask for it, the words say which, and the procedure decides with `ctx.signIn`.
 */
export type Freshness = "any" | Window | { recent: string } | { today: string };

/** How a procedure whose freshness depends on its input says what it depends on. */
export type SignIn = {
  /** Refuses `sign_in_again` when the condition holds and the sign-in is older than declared. */
  demandIf: (condition: boolean) => void;
  /** Whether the sign-in is as fresh as declared, for a procedure that does the rest of its work without. */
  isFresh: () => boolean;
};

/** What a declaration asks for, and whether it always does. */
export function declared(freshness: Freshness): { window: Window | null; isConditional: boolean } {
  if (freshness === "any") return { window: null, isConditional: false };
  if (typeof freshness === "string") return { window: freshness, isConditional: false };
  return { window: "recent" in freshness ? "recent" : "today", isConditional: true };
}

/** Whether the person signed in within a window. */
export function isSignedInWithin(window: Window, person: Person): boolean {
  return Date.now() - person.signedInAt.getTime() <= windows[window];
}

/** Refuses `sign_in_again` unless the person signed in within the window. */
export function demand(window: Window, person: Person): void {
  if (!isSignedInWithin(window, person)) throw refuseStale(window);
}

/**
 * Keeps a procedure's declaration for one call. `begin` refuses what is declared without a condition. `end` throws for a
 * procedure that declares a condition and did not decide it: its change is rolled back, so that the check cannot be forgotten.
 */
export function freshnessCheck(freshness: Freshness, person: Person) {
  const { window, isConditional } = declared(freshness);
  let isDecided = false;
  const decide = (): Window => {
    if (!window || !isConditional) throw new Error("This procedure declares no condition for its freshness.");
    isDecided = true;
    return window;
  };
  const signIn: SignIn = {
    demandIf: (condition) => {
      const needed = decide();
      if (condition) demand(needed, person);
    },
    isFresh: () => isSignedInWithin(decide(), person),
  };
  return {
    signIn,
    begin: () => {
      if (window && !isConditional) demand(window, person);
    },
    end: () => {
      if (isConditional && !isDecided)
        throw new Error("This procedure did not decide whether it needs a fresh sign-in.");
    },
  };
}
