import type { Person } from "./context";
import { refuseStale } from "./refusals";

/** How long ago the person may have signed in, in milliseconds. */
const windows = { recent: 10 * 60_000, today: 12 * 60 * 60_000 } as const;

type Window = keyof typeof windows;

/**
 * How fresh a change wants the sign-in to be. `recent`: at most 10 minutes old, for who gets in and for what cannot be taken
 * back. `today`: at most 12 hours old, for secrets, links and data that leave. `any`: whatever a session may do. Where only
 * some inputs ask for it, the words say which, and the procedure decides by `ctx.signIn`.
 */
export type Freshness = "any" | Window | { [Asked in Window]?: string };

/** How a procedure whose freshness depends on what is asked decides it. Each throws where its window is not declared. */
export type SignIn = {
  /** Refuses `sign_in_again` when the condition holds and the sign-in is older than 10 minutes. */
  recentIf: (condition: boolean) => void;
  /** Likewise for 12 hours. */
  todayIf: (condition: boolean) => void;
  /** Whether the sign-in is at most 10 minutes old, for a procedure that does the rest of its work without. */
  isRecent: () => boolean;
};

/** Checks whether the person signed in within a window. */
export function isSignedInWithin(window: Window, person: Pick<Person, "signedInAt">): boolean {
  return Date.now() - person.signedInAt.getTime() <= windows[window];
}

function demand(window: Window, person: Person): void {
  if (!isSignedInWithin(window, person)) throw refuseStale(window);
}

/**
 * Holds one call of a procedure to its declaration. `begin` refuses what is declared without a condition. `end` throws when a
 * declared condition was not decided: the change is rolled back, so that a check cannot be forgotten.
 */
export function freshnessCheck(freshness: Freshness, person: Person) {
  const undecided = new Set<string>(typeof freshness === "string" ? [] : Object.keys(freshness));
  const declared = new Set(undecided);
  const decide = (window: Window) => {
    if (!declared.has(window)) throw new Error(`This procedure does not declare when it needs "${window}".`);
    undecided.delete(window);
  };
  const refuseIf = (window: Window) => (condition: boolean) => {
    decide(window);
    if (condition) demand(window, person);
  };
  const signIn: SignIn = {
    recentIf: refuseIf("recent"),
    todayIf: refuseIf("today"),
    isRecent: () => {
      decide("recent");
      return isSignedInWithin("recent", person);
    },
  };
  return {
    signIn,
    begin: () => {
      if (freshness === "recent" || freshness === "today") demand(freshness, person);
    },
    end: () => {
      if (undecided.size > 0) throw new Error(`This procedure did not decide whether it needs ${[...undecided]}.`);
    },
  };
}
