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
  /** The message to show when it is done. */
  message?: string | ((data: T) => string);
  /** Returns the address to go to when it is done. Without an address, the page is drawn again. */
  goTo?: (data: T, input: Values) => string | undefined;
  /** The name of a file field. The bytes of the file are passed on in base64, and are not shown again. */
  file?: string;
};

/**
 * Returns a server action for `<Form>`: it passes the form's fields to a procedure and turns the result into the
 * state of the form. Only the procedure validates; its sentences are shown at the fields, and what was typed is kept.
 * A person whose session has ended is sent to sign in.
 *
 * @param run calls one procedure; `input` has every field by its name, and is validated by that procedure
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
    // Needed before a redirect too: a redirect to the present address would otherwise not draw the page again.
    refresh();
    const target = options.goTo?.(data, values);
    if (target) redirect(target as never);
    const message = typeof options.message === "function" ? options.message(data) : options.message;
    return { status: "done", data, ...(message ? { message } : {}) };
  };
}

/** Returns the bytes of a file in base64; empty when the value is not a file. */
async function bytesOf(value: FormDataEntryValue | null): Promise<string> {
  return value instanceof File ? Buffer.from(await value.arrayBuffer()).toString("base64") : "";
}

/**
 * Returns the form state for a refusal. React passes only plain objects to the browser, and these dictionaries have
 * no prototype, so they are copied.
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

/** Returns the link to the page that helps after a refusal, if there is one. */
function helpFor(reason: string, ceiling: CountedCeiling | undefined, { workspace }: Values) {
  if (reason === "sign_in_again") return { label: "Sign in again", href: "/sign-in?notice=again" };
  if (!ceiling || typeof workspace !== "string") return undefined;
  return {
    label: "Ask for more",
    href: `/w/${encodeURIComponent(workspace)}/limits?of=ceiling&measure=${ceiling}#more`,
  };
}
