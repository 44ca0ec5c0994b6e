import type { z } from "zod";
import { invalid, type Refusal } from "./errors";

/** Returns the refusal of a body or a query that a schema does not take, about the first thing in it. */
export function misread({ issues }: z.ZodError): Refusal {
  const [issue] = issues;
  const param = issue?.path.join(".") ?? "";
  const said = issue?.message ?? "is not what it should be";
  const message = /^[a-z]/.test(said) ? `${param} ${said}.` : `${param}: ${said}`;
  return invalid(param || undefined, message);
}
