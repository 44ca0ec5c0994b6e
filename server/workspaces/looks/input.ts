import { z } from "zod";

export const oneLook = z.strictObject({ lookId: z.uuid() });
