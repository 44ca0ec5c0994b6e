import { z } from "zod";
import { role } from "@/server/membership/input";

export const askForRole = z.strictObject({ role });
export const oneRoleRequest = z.strictObject({ roleRequestId: z.uuid() });
export const approveRoleRequest = z.strictObject({ roleRequestId: z.uuid(), role });
