/** Keys that the story presses by name; everything else is typed as text. */
export type Key = "ArrowDown" | "ArrowUp" | "Enter" | "Escape" | "Tab" | "Backspace";

/** One tab with cookies of its own: as much of a browser as the story needs. Input is the browser's own, not a script's. */
export type Tab = {
  /** Goes to an address and waits until its document is there. */
  goto(url: string): Promise<void>;
  /** Evaluates an expression in the page and returns its JSON value. Rejects when the page does not answer in time. */
  evaluate(expression: string): Promise<unknown>;
  /** Moves the mouse to a point of the viewport, in CSS pixels, and clicks. */
  click(x: number, y: number): Promise<void>;
  press(key: Key): Promise<void>;
  /** Presses a key together with Control. */
  chord(letter: string): Promise<void>;
  /** Types text into what has the focus. */
  type(text: string): Promise<void>;
  /** Makes the viewport this large, in CSS pixels. */
  resize(width: number, height: number): Promise<void>;
};

/** A running browser. */
export type Engine = {
  /** Its name and version. */
  version: string;
  /** Opens a tab for another person: no cookie is shared with the tabs before. */
  newPerson(): Promise<Tab>;
  /** Uncaught errors of all pages so far, as far as the engine tells of them. */
  pageErrors: string[];
  close(): Promise<void>;
};

/** How long a page may take to answer a question before it counts as frozen. */
export const answerWithinMs = 20_000;

/** Rejects with a sentence when a promise takes too long. */
export async function within<T>(promise: Promise<T>, what: string, ms = answerWithinMs): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: no answer within ${ms / 1_000} s`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
