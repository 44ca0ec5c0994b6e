import type { SealedMoment, SealedMonth } from "@/server/usage/seals/queries";

type Month = SealedMonth & { month: string; workspaceId: string; currency: string; columns: string[] };

/**
 * Returns the first line of the file: the columns, the hash before the first link, and the number and total cost of the
 * lines.
 */
export function ledgerHead({ month, workspaceId, currency, columns, previous, lines, cost }: Month): string {
  const head = { format: "atelier-ledger-1", workspace: workspaceId, month, currency, columns, previous, lines, cost };
  return `${JSON.stringify(head)}\n`;
}

/**
 * Returns one moment: its lines as they are sealed, then its link. Lines of another month are represented only by their
 * digest.
 */
export function momentLines({ sequence, at, hash, digest, text }: SealedMoment): string {
  const link = JSON.stringify({ sequence, at, ...(digest !== null && { digest }), hash });
  return text ? `${text}\n${link}\n` : `${link}\n`;
}
