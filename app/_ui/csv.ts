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

/** Where a formula would begin: at the beginning of a cell, or behind what separates cells where a comma does not. */
const formula = /^(?=[=+\-@＝＋－＠\t\r\n])|(?=[=+\-@＝＋－＠])(?<=;["\s]*)/gu;

/**
 * Escapes a cell. A spreadsheet would run one that begins like a formula, even in quotes, so that gets an apostrophe in
 * front, which spreadsheets take for "this is text". So does what follows a semicolon: where these separate cells, as in much of
 * Europe, a cell would begin there.
 */
function cell(value: string | number): string {
  if (typeof value === "number") return String(value);
  const text = value.replace(formula, "'");
  return /[",\r\n']|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
