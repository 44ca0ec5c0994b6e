import { type Permission, rolesWith, roleText } from "@/server/access/permissions";

/** Why a control is off for somebody without a permission: which role may, and who holds it here. */
export function whoMay(permission: Permission, admins: string[]): string {
  const names = rolesWith(permission).map((role) => roleText[role].name);
  const roles = names.length > 1 ? `${names.slice(0, -1).join(", ")} or ${names.at(-1)}` : names[0];
  const holders = admins.length > 0 ? ` Ask ${admins.slice(0, 3).join(", ")}.` : "";
  return `Needs the role ${roles}.${holders}`;
}
