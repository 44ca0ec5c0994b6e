/**
 * Splits a text into lines and cells: CSV with the most frequent of comma, semicolon and tab, with or without quotes,
 * with any line ends, with or without a byte order mark. Empty lines are left out, but counted in `line`.
 */
export function cellsOf(text: string): { line: number; cells: string[] }[] {
  const plain = text.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n");
  const delimiter = delimiterOf(plain);
  const rows: { line: number; cells: string[] }[] = [];
  let [line, begun] = [1, 1];
  let [cell, isQuoted] = ["", false];
  let cells: string[] = [];
  const endCell = () => {
    cells.push(cell.trim());
    cell = "";
  };
  for (let at = 0; at <= plain.length; at++) {
    const letter = plain[at];
    if (isQuoted && letter !== undefined) {
      if (letter !== '"') cell += letter;
      else if (plain[at + 1] === '"') cell += plain[at++];
      else isQuoted = false;
      if (letter === "\n") line++;
    } else if (letter === undefined || letter === "\n") {
      endCell();
      if (cells.some(Boolean)) rows.push({ line: begun, cells });
      cells = [];
      begun = ++line;
    } else if (letter === delimiter) endCell();
    else if (letter === '"' && cell.trim() === "") [cell, isQuoted] = ["", true];
    else cell += letter;
  }
  return rows;
}

/** Returns the delimiter that occurs most often outside quotes; a comma when there is none. */
function delimiterOf(text: string): string {
  const bare = text.replace(/"[^"]*"/g, "");
  const counts = [",", ";", "\t"].map((mark) => ({ mark, n: bare.split(mark).length }));
  return counts.reduce((most, each) => (each.n > most.n ? each : most)).mark;
}
