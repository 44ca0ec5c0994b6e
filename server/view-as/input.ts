import { z } from "zod";
import { role } from "@/server/members/input";

export const startViewing = z.strictObject({ role });
