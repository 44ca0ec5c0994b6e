import { z } from "zod";
import { role } from "@/server/membership/input";

export const startViewing = z.strictObject({ role });
