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
    };
