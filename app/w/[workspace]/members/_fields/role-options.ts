import { roles, roleText } from "@/server/access/permissions";

/** The roles as options of a select, each with its purpose. */
export const roleOptions = roles.map((role) => ({
  value: role,
  label: roleText[role].name,
  hint: roleText[role].purpose,
}));
