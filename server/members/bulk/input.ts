import { z } from "zod";
import { several } from "@/server/api/input";
import { role } from "@/server/membership/input";
import { keyActions } from "../offboarding/input";

const userIds = several(z.uuid());

export const changeRoles = z.strictObject({ userIds, role });

/** The choice for the members' keys. For everything else that they leave, the workspace's defaults apply. */
export const removeMembers = z.strictObject({
  userIds,
  keys: z.enum(keyActions, { error: "Choose what happens to the keys." }),
});
