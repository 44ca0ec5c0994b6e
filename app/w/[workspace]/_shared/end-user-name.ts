import { unnamed } from "@/server/usage/end-users/input";

/** Returns what an end user is called: by its name where that is kept, or else by the beginning of its number. */
export function endUserName(id: string, name: string | null | undefined): string {
  if (id === unnamed) return "Unnamed";
  return name ?? `End user ${id.slice(0, 8)}`;
}
