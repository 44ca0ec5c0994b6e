import { unstable_isUnrecognizedActionError as isUnknownAction, unstable_rethrow as passOn } from "next/navigation";
import type { FormState } from "@/server/composition/form-state";

type Action<T> = (previous: FormState<T>, data: FormData) => Promise<FormState<T>>;

/**
 * Wraps an action for the browser: when its answer does not arrive, the form reports that, and the page stays with
 * everything that was typed. On the server it returns the action itself, so that the form can be posted without
 * JavaScript.
 */
export function answered<T>(action: Action<T>): Action<T> {
  if (typeof window === "undefined") return action;
  return async (previous, data) => {
    try {
      return await action(previous, data);
    } catch (error) {
      // Redirects are thrown as well and are passed on.
      passOn(error);
      return { status: "unanswered", isNotDone: isUnknownAction(error) };
    }
  };
}
