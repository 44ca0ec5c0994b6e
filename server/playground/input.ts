import { z } from "zod";

export const enterPlayground = z.strictObject({});
