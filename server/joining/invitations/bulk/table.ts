import { type Role, roles, roleText } from "@/server/access/permissions";
import { emailAddress } from "@/server/api/input";
import { addressesIn, mailboxesIn } from "../addresses";
import { cellsOf } from "./cells";
import { mostRows } from "./input";

/** What is wrong with a row itself. `two_roles`: the address occurs again with another role. */
export type RowProblem = "bad_address" | "unknown_role" | "two_roles";

export type ListedRow = {
  /** The line of its first occurrence, starting at 1. */
  line: number;
  /** In its stored form; as it was written when it is not an address. */
  email: string;
  role: Role;
  /** The text in the role's cell when it is not a role. */
  writtenRole?: string;
  problem: RowProblem | null;
};

/** How much of a list that is too long is read: one row more than allowed. */
const mostRead = mostRows + 1;

/**
 * Reads a list of people to invite: a table with or without a header, or any number of addresses per line. An address
 * that occurs several times is one row; `folded` is the number of rows saved by that. Stops at one row more than
 * `mostRows`.
 *
 * @param fallback the role of rows without one
 */
export function readList(text: string, fallback: Role): { rows: ListedRow[]; folded: number } {
  const table = cellsOf(text);
  const columns = columnsOf(table.map(({ cells }) => cells));
  const rows = new Map<string, ListedRow>();
  const seen = new Map<string, ListedRow>();
  let folded = 0;
  for (const { line, cells } of columns.hasHead ? table.slice(1) : table) {
    for (const { address, role } of entriesOf(cells, columns)) {
      if (rows.size === mostRead) return { rows: [...rows.values()], folded };
      const written = `${address}\n${role}`;
      const row = seen.get(written) ?? readRow(line, address, role, fallback);
      seen.set(written, row);
      const former = rows.get(row.email);
      if (!former) rows.set(row.email, row);
      else {
        folded++;
        if (former.problem === null && row.problem !== "bad_address" && row.role !== former.role)
          former.problem = "two_roles";
      }
    }
  }
  return { rows: [...rows.values()], folded };
}

type Columns = { hasHead: boolean; address: number; role: number | null };

/**
 * In the languages of common spreadsheets, also within longer headers such as "Workspace role" and "E-Mail-Adresse".
 */
const addressHeads = /(^|[^\p{L}])(e-?mails?|mail|address|adress?e|courriel|correo|user|member|メール.*)($|[^\p{L}])/iu;
const roleHeads =
  /(^|[^\p{L}])(roles?|rollen?|rôles?|rol|roll|ruolo|papel|função|permissions?|access|rechte?|berechtigung(en)?|役割|ロール|角色|역할)($|[^\p{L}])/iu;
/** Headers of a second column that does not contain roles. */
const otherHeads =
  /name|vorname|nom|nombre|phone|telefon|team|department|abteilung|title|id|date|note|comment|language|sprache/i;

function columnsOf(table: string[][]): Columns {
  const head = table[0] ?? [];
  const named = head.findIndex((cell) => addressHeads.test(cell));
  if (named >= 0 && !head.some((cell) => cell.includes("@"))) {
    const others = head.map((cell, column) => ({ cell, column })).filter(({ column }) => column !== named);
    const role =
      others.find(({ cell }) => roleHeads.test(cell)) ??
      // A column that contains roles, whatever its header.
      others.find(({ column }) => table.slice(1).some((cells) => roleOf(cells[column] ?? ""))) ??
      // The only other column, unless its header says something else: a row marked as wrong is better than a role that
      // the Admin did not choose.
      (others.length === 1 ? others.find(({ cell }) => !otherHeads.test(cell)) : undefined);
    return { hasHead: true, address: named, role: role?.column ?? null };
  }
  const withAddress = table.find((cells) => cells.some((cell) => cell.includes("@"))) ?? head;
  const address = Math.max(
    0,
    withAddress.findIndex((cell) => cell.includes("@")),
  );
  const width = Math.max(0, ...table.map((cells) => cells.length));
  for (let column = 0; column < width; column++) {
    if (column !== address && table.some((cells) => roleOf(cells[column] ?? "")))
      return { hasHead: false, address, role: column };
  }
  // Two columns without a header are an address and a role, even if no cell is a valid role.
  return { hasHead: false, address, role: width === 2 ? 1 - Math.min(address, 1) : null };
}

/**
 * Returns a line's addresses: the one in the address column or, when several cells or words are addresses, all of them.
 */
function entriesOf(cells: string[], { address, role }: Columns): { address: string; role: string }[] {
  const withAt = cells.filter((cell) => cell.includes("@"));
  const mailboxes = cells.reduce((sum, cell) => sum + mailboxesIn(cell), 0);
  const isList = withAt.length > 1 || mailboxes > 1 || withAt.some((cell) => mailboxes === 0 && /@.*\s.*@/s.test(cell));
  if (isList) return addressesIn(cells.join("\n")).map((word) => ({ address: word, role: "" }));
  return [{ address: cells[address] ?? "", role: role === null ? "" : (cells[role] ?? "") }];
}

function readRow(line: number, written: string, writtenRole: string, fallback: Role): ListedRow {
  // As mail programs write it: Ada Lovelace <ada@acme.com>.
  const found = emailAddress.safeParse(/<([^<>]+)>\s*$/.exec(written)?.[1] ?? written);
  const role = writtenRole ? roleOf(writtenRole) : fallback;
  return {
    line,
    email: found.success ? found.data : written.slice(0, 320),
    role: role ?? fallback,
    ...(role ? {} : { writtenRole: writtenRole.slice(0, 60) }),
    problem: found.success ? (role ? null : "unknown_role") : "bad_address",
  };
}

function roleOf(written: string): Role | undefined {
  const plain = written.trim().toLowerCase();
  return roles.find((role) => role === plain || roleText[role].name.toLowerCase() === plain);
}
