type Part = { rows: Record<string, unknown>[]; next: string | null };

/**
 * Writes a member of a JSON object, a list, part by part.
 *
 * @param ask reads the part that begins at a place; the first one without a place
 */
export async function* jsonList(name: string, ask: (after?: string) => Promise<Part>): AsyncGenerator<string> {
  let isFirst = true;
  let after: string | undefined;
  yield `,\n${JSON.stringify(name)}: [`;
  do {
    const { rows, next } = await ask(after);
    if (rows.length > 0) yield `${isFirst ? "" : ","}\n${rows.map((row) => JSON.stringify(row)).join(",\n")}`;
    isFirst &&= rows.length === 0;
    after = next ?? undefined;
  } while (after);
  yield "]";
}
