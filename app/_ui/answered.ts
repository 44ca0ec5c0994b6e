import { unstable_isUnrecognizedActionError as isUnknownAction, unstable_rethrow as passOn } from "next/navigation";
import type { FormState } from "@/server/composition/form-state";

type Action<T> = (previous: FormState<T>, data: FormData) => Promise<FormState<T>>;

/**
 * Returns the action as the browser calls it: when its answer does not arrive, the form says so, instead of the page being replaced by one
 * that has nothing of what was typed. On the server it is the action itself, by which the form posts without a script.
 */
export function answered<T>(action: Action<T>): Action<T> {
  if (typeof window === "undefined") return action;
  return async (previous, data) => {
    try {
      return await action(previous, data);
    } catch (error) {
      // A redirect comes this way, too.
      passOn(error);
      return { status: "unanswered", isNotDone: isUnknownAction(error) };
    }
  };
}
