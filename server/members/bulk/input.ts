import { z } from "zod";
import { several } from "@/server/api/input";
import { role } from "@/server/membership/input";
import { keyActions } from "../offboarding/input";

const userIds = several(z.uuid());

export const changeRoles = z.strictObject({ userIds, role });

/** What becomes of all that they leave follows the workspace's defaults, but for the keys. */
export const removeMembers = z.strictObject({
  userIds,
  keys: z.enum(keyActions, { error: "Choose what happens to the keys." }),
});
