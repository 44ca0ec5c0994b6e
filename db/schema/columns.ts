import { customType, timestamp } from "drizzle-orm/pg-core";

/** Bytes, as a Buffer. */
export const bytea = customType<{ data: Buffer; driverData: Buffer }>({
  dataType: () => "bytea",
});

/** Returns a moment in UTC, as a Date. */
export const instant = () => timestamp({ withTimezone: true, mode: "date" });
