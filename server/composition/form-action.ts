import { TRPCError } from "@trpc/server";
import { refresh } from "next/cache";
import { redirect } from "next/navigation";
import type { CountedCeiling } from "@/server/api/refusals";
import { isDatabaseDown, refusalOf } from "@/server/api/trpc";
import { log } from "@/server/platform/log";
import { type Api, apiForAction } from "./caller";
import { fieldsOf, type Values } from "./form-fields";
import type { FormState } from "./form-state";

type Options<T> = {
  /** The message after success. */
  message?: string | ((data: T) => string);
  /** Where to go after success. Without it, or when it returns nothing, the page is rendered again. */
  goTo?: (data: T, input: Values) => string | undefined;
  /** The name of a file field: its bytes are passed on in base64, and are not returned to the form. */
  file?: string;
};

/**
 * Returns a server action for `<Form>`: passes the form's fields to a procedure and turns the result into the form's
 * state. Only the procedure validates; this attaches its sentences to the fields and keeps what was typed. A person
 * whose session has ended is sent to sign in.
 *
 * @param run calls one procedure; `input` has all fields by name and is validated by that procedure
 */
export function formAction<T>(run: (api: Api, input: never) => Promise<T>, options: Options<T> = {}) {
  return async (_previous: FormState<T>, form: FormData): Promise<FormState<T>> => {
    const values = fieldsOf(form);
    let data: T;
    try {
      const sent = options.file ? { ...values, [options.file]: await bytesOf(form.get(options.file)) } : values;
      data = await run(await apiForAction(), sent as never);
    } catch (error) {
      return refused(error, values);
    }
    // Also before a redirect: without it, a redirect to the page's own address would not render it again.
    refresh();
    const target = options.goTo?.(data, values);
    if (target) redirect(target as never);
    const message = typeof options.message === "function" ? options.message(data) : options.message;
    return { status: "done", data, ...(message ? { message } : {}) };
  };
}

/** Returns a file's bytes in base64; empty for a value that is not a file. */
async function bytesOf(value: FormDataEntryValue | null): Promise<string> {
  return value instanceof File ? Buffer.from(await value.arrayBuffer()).toString("base64") : "";
}

/**
 * Returns the form's state for a refusal. React passes only plain objects to the browser, so the dictionaries, which
 * have no prototype, are copied.
 */
function refused(error: unknown, values: Values): FormState<never> {
  if (error instanceof TRPCError) {
    if (error.code === "UNAUTHORIZED") redirect("/sign-in");
    const { reason, message, fields, ceiling } = refusalOf(error);
    if (reason === "passkey_required") redirect("/sign-in/passkey");
    const help = helpFor(reason, ceiling, values);
    return { status: "refused", reason, message, fields: { ...fields }, values: { ...values }, ...(help && { help }) };
  }
  const isDown = isDatabaseDown(error);
  if (!isDown) log.error({ err: error }, "an action failed");
  const { reason, message, fields } = refusalOf(isDown ? { cause: error } : {});
  return { status: "refused", reason, message, fields: { ...fields }, values: { ...values } };
}

/** Returns a link to the page where the refused action can be made possible, if there is one. */
function helpFor(reason: string, ceiling: CountedCeiling | undefined, { workspace }: Values) {
  if (reason === "sign_in_again") return { label: "Sign in again", href: "/sign-in?notice=again" };
  if (!ceiling || typeof workspace !== "string") return undefined;
  return {
    label: "Ask for more",
    href: `/w/${encodeURIComponent(workspace)}/limits?of=ceiling&measure=${ceiling}#more`,
  };
}
