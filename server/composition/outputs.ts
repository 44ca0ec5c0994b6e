import type { Api } from "./caller";

/**
 * The result of each procedure, by router and name: `Outputs["keys"]["list"]`. In process nothing is serialised, so a
 * Date stays a Date.
 */
export type Outputs = {
  [Router in keyof Api]: {
    [Name in keyof Api[Router]]: Api[Router][Name] extends (...input: never[]) => Promise<infer Answer>
      ? Answer
      : never;
  };
};

/** A row of a list that a procedure returns, directly or as `rows`. */
export type RowOf<Answer> = Answer extends readonly (infer Row)[]
  ? Row
  : Answer extends { rows: readonly (infer Row)[] | null }
    ? Row
    : never;
