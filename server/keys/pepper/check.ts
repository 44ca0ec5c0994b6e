import { timingSafeEqual } from "node:crypto";
import { pepperMark } from "../secret";
import { keepPepperMark } from "./queries";

/** KEY_PEPPER is another than the one that the database's keys were made with. */
export class PepperError extends Error {
  override readonly name = "PepperError";
}

/**
 * Checks that KEY_PEPPER is the one that this database's keys were made with. The first start on a database keeps what it is
 * recognised by.
 *
 * @throws PepperError; whatever the driver throws when the database does not answer
 */
export async function checkPepper(): Promise<void> {
  const mark = pepperMark();
  if (timingSafeEqual(mark.mac, await keepPepperMark(mark))) return;
  throw new PepperError(
    "KEY_PEPPER is not the one that this database's API keys were made with, so every key would be refused. Set the former one; if it is lost, docs/operating.md (Back up) says how to go on without it.",
  );
}
