/** A form's state after its last submission. */
export type FormState<T = unknown> =
  | { status: "idle" }
  | { status: "done"; data: T; message?: string }
  | {
      status: "refused";
      reason: string;
      message: string;
      fields: Record<string, string>;
      values: Record<string, string | string[]>;
      /** A page where the action can be made possible; it opens in another tab, so that nothing typed is lost. */
      help?: { label: string; href: string };
    }
  /** Set by the browser when no valid answer came. What was typed stays in the fields. */
  | {
      status: "unanswered";
      /** The server certainly did nothing: it is another version without this action. */
      isNotDone: boolean;
    };
