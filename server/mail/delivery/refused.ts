/** The step of a delivery at which a mail was not accepted; `other`: the provider or server gave no known reason. */
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

/** Thrown when the mail provider or server did not accept a mail. `isFinal`: another attempt cannot succeed. */
export class MailRefused extends Error {
  override readonly name = "MailRefused";
  constructor(
    message: string,
    readonly isFinal: boolean,
    readonly step: DeliveryStep = "other",
    /** Seconds that the provider asks to wait before the next attempt; 0: it does not say. */
    readonly retryAfterSeconds = 0,
    /** There is no such mailbox, so the address works for no sender. */
    readonly isAddressDead = false,
  ) {
    super(message);
  }
}
