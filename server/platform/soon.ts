/**
 * Returns the result of a promise if it resolves within `patienceMs` milliseconds; null: it did not, or was rejected.
 */
export async function soon<T>(asked: Promise<T>, patienceMs: number): Promise<T | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, patienceMs, null);
  });
  const answered = asked.catch(() => null);
  return Promise.race([answered, late]).finally(() => clearTimeout(timer));
}
