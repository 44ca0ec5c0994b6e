import { type Flaw, type UploadReason, uploadReasons } from "./input";

/** An upload that is refused, for a reason that is shown to the client. */
export class UploadRefusal extends Error {
  override readonly name = "UploadRefusal";
  /** The field of the form it is about. */
  readonly field: string;
  constructor(
    readonly reason: UploadReason,
    /** What is wrong with the file's lines, for `flawed`. */
    readonly flaws: Flaw[] = [],
    options?: ErrorOptions,
  ) {
    const [field, sentence] = uploadReasons[reason];
    super(sentence, options);
    this.field = field;
  }
}

/** The client has disconnected: no answer can be sent. */
export class UploaderGone extends Error {
  override readonly name = "UploaderGone";
}
