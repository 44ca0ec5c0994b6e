import { type Flaw, type UploadReason, uploadReasons } from "./input";

/** An upload that is refused, for a reason that whoever uploads can do something about or at least is told. */
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

/** Whoever was uploading has gone away: there is nobody left to tell anything. */
export class UploaderGone extends Error {
  override readonly name = "UploaderGone";
}
