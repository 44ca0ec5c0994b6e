type Part = { rows: Record<string, unknown>[]; next: string | null };

/**
 * Writes a list as a member of a JSON object, in parts.
 *
 * @param ask reads the part that starts at a position; without a position, the first part
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
