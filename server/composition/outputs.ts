import type { Api } from "./caller";

/**
 * The answer of each procedure to a page, by router and name: `Outputs["keys"]["list"]`. Nothing is serialised in process, so
 * a Date is one.
 */
export type Outputs = {
  [Router in keyof Api]: {
    [Name in keyof Api[Router]]: Api[Router][Name] extends (...input: never[]) => Promise<infer Answer>
      ? Answer
      : never;
  };
};

/** A row of a list that a procedure answers with, alone or as `rows`. */
export type RowOf<Answer> = Answer extends readonly (infer Row)[]
  ? Row
  : Answer extends { rows: readonly (infer Row)[] | null }
    ? Row
    : never;
