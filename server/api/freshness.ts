import type { Person } from "./context";
import { refuseStale } from "./refusals";

/** How long ago the person may have signed in at most, in milliseconds. */
const windows = { recent: 10 * 60_000, today: 12 * 60 * 60_000 } as const;

type Window = keyof typeof windows;

/**
 * How recent a sign-in a change needs. `recent`: at most 10 minutes old, for changes of access and for what cannot be
 * undone. `today`: at most 12 hours old, for secrets, links and exported data. `any`: any live session. An object
 * means that only some inputs need it: its texts say which, and the procedure decides with `ctx.signIn`.
 */
export type Freshness = "any" | Window | { [Asked in Window]?: string };

/**
 * How a procedure decides whether this input needs a recent sign-in. Each function throws when the procedure does not
 * declare that window.
 */
export type SignIn = {
  /** Refuses `sign_in_again` when the condition holds and the sign-in is older than 10 minutes. */
  recentIf: (condition: boolean) => void;
  /** Likewise for 12 hours. */
  todayIf: (condition: boolean) => void;
  /** Returns whether the sign-in is at most 10 minutes old, for a procedure that skips a part of its work otherwise. */
  isRecent: () => boolean;
};

/** Checks whether the person signed in within this window. */
export function isSignedInWithin(window: Window, person: Pick<Person, "signedInAt">): boolean {
  return Date.now() - person.signedInAt.getTime() <= windows[window];
}

function demand(window: Window, person: Person): void {
  if (!isSignedInWithin(window, person)) throw refuseStale(window);
}

/**
 * Applies the declared freshness to one call of a procedure. `begin` refuses when an unconditional declaration is not
 * met. `end` throws when the procedure did not decide a declared condition; the change is then rolled back, so a
 * forgotten check cannot go unnoticed.
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
