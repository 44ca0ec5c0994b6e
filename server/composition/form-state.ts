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
    };
