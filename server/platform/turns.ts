/** How long deferred work may block the event loop in one turn, in milliseconds. */
const turnMs = 1;
/** Texts up to this many bytes cost less than a turn, whatever they contain. */
const shortText = 32 * 1024;

type Work = { step: () => boolean; resolve: () => void; reject: (error: unknown) => void };

let waiting: Work[] = [];
let isScheduled = false;

/**
 * Does long work a little at a time, so that other requests go on. `step` does a part of less than a millisecond and
 * returns whether there is more. Several works take turns. Resolves once `step` returns false.
 *
 * @throws (rejects) the error of `step`
 */
export function inTurns(step: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    waiting.push({ step, resolve, reject });
    schedule();
  });
}

/**
 * Runs a generator that yields after each part of less than a millisecond, so that other requests go on.
 *
 * @throws (rejects) its error
 */
export async function workInTurns<T>(work: Generator<unknown, T>): Promise<T> {
  let made: { is: T } | undefined;
  await inTurns(() => {
    const { done, value } = work.next();
    if (done) made = { is: value };
    return !done;
  });
  return (made as { is: T }).is;
}

/** Runs a generator to its end at once, for work that is known to be little. */
export function workAtOnce<T>(work: Generator<unknown, T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/**
 * Runs a generator that works on a text of this many bytes: a short text at once, so that the caller does not wait for
 * a turn; a longer one in turns.
 *
 * @throws (rejects) its error
 */
export async function workOn<T>(bytes: number, work: Generator<unknown, T>): Promise<T> {
  return bytes <= shortText ? workAtOnce(work) : workInTurns(work);
}

function schedule(): void {
  if (isScheduled) return;
  isScheduled = true;
  setImmediate(doTurn);
}

function doTurn(): void {
  isScheduled = false;
  const until = performance.now() + turnMs;
  let next = 0;
  const again: Work[] = [];
  do {
    if (next === waiting.length) {
      if (again.length === 0) break;
      waiting = again.splice(0);
      next = 0;
    }
    const work = waiting[next++] as Work;
    try {
      if (work.step()) again.push(work);
      else work.resolve();
    } catch (error) {
      work.reject(error);
    }
  } while (performance.now() < until);
  // Works that had no turn are first in the next one.
  waiting = [...waiting.slice(next), ...again];
  if (waiting.length > 0) schedule();
}
