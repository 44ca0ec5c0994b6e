import { z } from "zod";

const postgresUrl = z.string().regex(/^postgres(ql)?:\/\//, "must be a postgres:// URL");

/** The variables of the database. `db/connection-string.ts` parses the connection strings. */
export const databaseVariables = {
  DATABASE_URL: postgresUrl,
  DATABASE_APP_URL: postgresUrl.optional(),
  DATABASE_READ_URL: postgresUrl.optional(),
  DATABASE_POOL: z.coerce.number().int().min(1).max(100).default(5),
};
