/** At which step of a delivery a mail was not taken; `other` where the provider or server did not say it in known words. */
export type DeliveryStep =
  | "name"
  | "connection"
  | "encryption"
  | "login"
  | "sender"
  | "recipient"
  | "content"
  | "volume"
  | "other";

/** The mail provider or server did not take a mail. `isFinal` when another attempt cannot succeed. */
export class MailRefused extends Error {
  override readonly name = "MailRefused";
  constructor(
    message: string,
    readonly isFinal: boolean,
    readonly step: DeliveryStep = "other",
    /** Seconds that the provider asks to wait before the next attempt; 0 when it does not say. */
    readonly retryAfterSeconds = 0,
    /** There is no such mailbox: the address is of no use to any sender. */
    readonly isAddressDead = false,
  ) {
    super(message);
  }
}
