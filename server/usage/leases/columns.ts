type Cell = string | number | boolean | readonly number[] | object | null | undefined;

/**
 * Writes rows as a JSON object with one PostgreSQL array per column, which the database reads ten times as fast as a
 * list of objects. A column without any value (null, undefined, false, an empty list) is left out. Null: there are no
 * rows.
 */
export function columns(rows: readonly object[]): string | null {
  const [first] = rows;
  if (first === undefined) return null;
  const written: [name: string, array: string][] = [];
  for (const name of Object.keys(first)) {
    let isSet = false;
    const cells = rows.map((row) => {
      const cell = (row as Record<string, Cell>)[name];
      if (cell === null || cell === undefined || (Array.isArray(cell) && cell.length === 0)) return "NULL";
      if (cell !== false) isSet = true;
      return typeof cell === "string" ? quoted(cell) : typeof cell === "object" ? quoted(textOf(cell)) : String(cell);
    });
    if (isSet) written.push([name, `{${cells.join(",")}}`]);
  }
  return JSON.stringify(Object.fromEntries(written));
}

const textOf = (cell: object) => (Array.isArray(cell) ? `{${cell.join(",")}}` : JSON.stringify(cell));

/** Text that needs no quotes as an element of an array. */
const plain = /^[\w:.@/+-]+$/;

const quoted = (text: string) =>
  plain.test(text) && text.toUpperCase() !== "NULL" ? text : `"${text.replace(/["\\]/g, "\\$&")}"`;
