import { timingSafeEqual } from "node:crypto";
import { pepperMark } from "../secret";
import { keepPepperMark } from "./queries";

/** KEY_PEPPER differs from the one with which this database's keys were made. */
export class PepperError extends Error {
  override readonly name = "PepperError";
}

/**
 * Checks that KEY_PEPPER is the one with which this database's keys were made. The first start on a database stores a
 * mark to compare with.
 *
 * @throws PepperError; or the driver's error when the database does not answer
 */
export async function checkPepper(): Promise<void> {
  const mark = pepperMark();
  if (timingSafeEqual(mark.mac, await keepPepperMark(mark))) return;
  throw new PepperError(
    "KEY_PEPPER is not the one that this database's API keys were made with, so every key would be refused. Set the former one; if it is lost, docs/operating.md (Back up) says how to go on without it.",
  );
}
