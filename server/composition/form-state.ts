/** What a form knows of its last submission. */
export type FormState<T = unknown> =
  | { status: "idle" }
  | { status: "done"; data: T; message?: string }
  | {
      status: "refused";
      reason: string;
      message: string;
      fields: Record<string, string>;
      values: Record<string, string | string[]>;
      /** Where to go to make it possible; opened beside the form, so that nothing typed is lost. */
      help?: { label: string; href: string };
    }
  /** The browser's own: no answer came, or none that is one. What was typed stays in its fields. */
  | {
      status: "unanswered";
      /** The server knows that nothing was done: it has no such action, as it is another version. */
      isNotDone: boolean;
    };
