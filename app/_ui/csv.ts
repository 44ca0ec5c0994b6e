/**
 * Returns the first line of a CSV file. It begins with a byte order mark, because Excel would not read the file as
 * UTF-8 otherwise.
 */
export function csvHead(heads: string[]): string {
  return `\ufeff${csvLine(heads)}`;
}

/** Returns a line of a CSV file, with its line break. */
export function csvLine(cells: (string | number)[]): string {
  return `${cells.map(cell).join(",")}\r\n`;
}

/**
 * Escapes a cell. A spreadsheet would run a text that begins like a formula, even in quotes; such a text gets an
 * apostrophe in front, which marks it as text.
 */
function cell(value: string | number): string {
  if (typeof value === "number") return String(value);
  const text = /^[=+\-@＝＋－＠\t\r\n]/u.test(value) ? `'${value}` : value;
  return /[",\r\n']|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
