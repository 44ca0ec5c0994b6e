import { type Flaw, type UploadReason, uploadReasons } from "./input";

/** Thrown when an upload is refused, for a reason that is shown to the client. */
export class UploadRefusal extends Error {
  override readonly name = "UploadRefusal";
  /** The field of the form that the refusal is about. */
  readonly field: string;
  constructor(
    readonly reason: UploadReason,
    /** The flaws of the file's lines, for `flawed`. */
    readonly flaws: Flaw[] = [],
    options?: ErrorOptions,
  ) {
    const [field, sentence] = uploadReasons[reason];
    super(sentence, options);
    this.field = field;
  }
}

/** Thrown when the client has disconnected: no response can be sent. */
export class UploaderGone extends Error {
  override readonly name = "UploaderGone";
}
