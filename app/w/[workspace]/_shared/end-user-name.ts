import { unnamed } from "@/server/usage/end-users/input";

/** Returns the display name of an end user: its name if that is stored, or else the beginning of its number. */
export function endUserName(id: string, name: string | null | undefined): string {
  if (id === unnamed) return "Unnamed";
  return name ?? `End user ${id.slice(0, 8)}`;
}
