/** How long work that can wait holds up everything else, in milliseconds, before everything else has its turn. */
const turnMs = 1;
/** Up to so many bytes a text costs less than a turn's time, whatever it says. */
const shortText = 32 * 1024;

type Work = { step: () => boolean; resolve: () => void; reject: (error: unknown) => void };

let waiting: Work[] = [];
let isScheduled = false;

/**
 * Does long work a little at a time, beside what others wait for. `step` does a part of it that takes less than a millisecond, and returns
 * whether there is more. Works that wait take turns. Resolves once `step` returns false.
 *
 * @throws (rejects) what `step` throws
 */
export function inTurns(step: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    waiting.push({ step, resolve, reject });
    schedule();
  });
}

/**
 * Does work that yields after each part of less than a millisecond, beside what others wait for.
 *
 * @throws (rejects) what it throws
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

/** Does work that yields all at once: where it is known to be little. */
export function workAtOnce<T>(work: Generator<unknown, T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/**
 * Does work that yields, on a text of so many bytes: at once where that is short, so that what waits for it waits for no turn; beside what
 * others wait for where it is longer.
 *
 * @throws (rejects) what it throws
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
  // What had no turn comes first in the next.
  waiting = [...waiting.slice(next), ...again];
  if (waiting.length > 0) schedule();
}
