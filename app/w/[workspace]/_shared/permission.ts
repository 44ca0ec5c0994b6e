import { type Permission, rolesWith, roleText } from "@/server/access/permissions";

/** Returns why a member cannot create a key: their role, or that the workspace allows only Admins to. Undefined when they can. */
export function whyNoKey(
  { permissions, keyCreators }: { permissions: Permission[]; keyCreators: "developers" | "admins" },
  admins: string[],
): string | undefined {
  if (!permissions.includes("key:create")) return whoMay("key:create", admins);
  if (keyCreators === "developers" || permissions.includes("key:manage-any")) return undefined;
  return `In this workspace only Admins create keys.${whomToAsk(admins)}`;
}

/** Returns why a control is disabled without a permission: which role has it, and which members have that role. */
export function whoMay(permission: Permission, admins: string[]): string {
  const names = rolesWith(permission).map((role) => roleText[role].name);
  const roles = names.length > 1 ? `${names.slice(0, -1).join(", ")} or ${names.at(-1)}` : names[0];
  return `Needs the role ${roles}.${whomToAsk(admins)}`;
}

function whomToAsk(admins: string[]): string {
  return admins.length > 0 ? ` Ask ${admins.slice(0, 3).join(", ")}.` : "";
}
