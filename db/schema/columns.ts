import { customType, timestamp } from "drizzle-orm/pg-core";

/** A column of bytes, as a Buffer. */
export const bytea = customType<{ data: Buffer; driverData: Buffer }>({
  dataType: () => "bytea",
});

/** Returns a column with a moment in UTC, as a Date. */
export const instant = () => timestamp({ withTimezone: true, mode: "date" });
