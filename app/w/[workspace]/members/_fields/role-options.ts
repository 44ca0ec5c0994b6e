import { roles, roleText } from "@/server/access/permissions";

/** The roles as a select offers them, with what each is for. */
export const roleOptions = roles.map((role) => ({
  value: role,
  label: roleText[role].name,
  hint: roleText[role].purpose,
}));
