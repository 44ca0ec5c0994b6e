import { z } from "zod";
import { roles } from "@/server/access/permissions";

export const role = z.enum(roles, { error: "Choose a role." });
