"use client";

import { createContext, type ReactNode, useActionState, useContext, useEffect, useRef, useState } from "react";
import { useFormStatus } from "react-dom";
import type { FormState } from "@/server/composition/form-state";
import { answered } from "./answered";
import { useDialog } from "./dialog-context";
import { useHold } from "./dialog-holds";
import { Notice } from "./notice";
import { Button, type ButtonProps } from "./plain-button";
import { Spinner } from "./spinner";
import { useToast } from "./toast";

const Context = createContext<{ state: FormState; isPending: boolean }>({
  state: { status: "idle" },
  isPending: false,
});

export type FormProps<T> = {
  action: (previous: FormState<T>, data: FormData) => Promise<FormState<T>>;
  children: ReactNode;
  className?: string;
  id?: string;
  /** Empties the fields once the action is done; otherwise they keep what was typed. */
  resetOnDone?: boolean;
  /** Closes the surrounding dialog once the action is done. */
  closeOnDone?: boolean;
  /** The advice that is shown when no answer came, because the action may have been done nevertheless. */
  ifUnanswered?: ReactNode;
  /** The message of a successful action is shown by the form's own parts, beside its button. */
  saysAtButton?: boolean;
  "aria-label"?: string;
};

/**
 * Draws a form around a server action. It posts without JavaScript. With JavaScript, everything typed is kept whatever
 * the answer is, the first invalid field takes the focus, and the answer's message is a toast. Fields find their error
 * by their name.
 */
export function Form<T>({
  action,
  children,
  className = "",
  resetOnDone,
  closeOnDone,
  ifUnanswered = "The change may have been made. Check before you try again.",
  saysAtButton,
  ...rest
}: FormProps<T>) {
  const [state, submit, isPending] = useActionState<FormState<T>, FormData>(answered(action), { status: "idle" });
  const [first] = useState(state);
  const form = useRef<HTMLFormElement>(null);
  const mayReset = useRef(false);
  const toast = useToast();
  const dialog = useDialog();
  // A toast under an open dialog could be neither reached nor read aloud.
  const saysItself = dialog !== null && !closeOnDone;
  useHold(isPending ? "waiting" : undefined);

  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when there is a new answer, and only then.
  useEffect(() => {
    if (state.status === "refused") {
      form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
    }
    if (state.status === "done" && state !== first) {
      if (state.message && !saysItself && !saysAtButton) toast(state.message);
      if (resetOnDone) {
        mayReset.current = true;
        form.current?.reset();
        mayReset.current = false;
      }
      dialog?.finish();
      if (closeOnDone) dialog?.close();
    }
  }, [state]);

  return (
    <Context value={{ state: state as FormState, isPending }}>
      <form
        ref={form}
        action={submit}
        noValidate
        className={`flex flex-col gap-5 ${className}`}
        onSubmit={(event) => {
          if (isPending) event.preventDefault();
        }}
        // React resets a form after its action, which would lose what was typed.
        onReset={(event) => {
          if (!mayReset.current) event.preventDefault();
        }}
        {...rest}
      >
        {state.status === "refused" && Object.keys(state.fields).length === 0 && (
          <Notice tone="danger">
            {state.message}{" "}
            {state.help && (
              <a href={state.help.href} target="_blank" rel="noreferrer" className="underline underline-offset-2">
                {state.help.label}
              </a>
            )}
          </Notice>
        )}
        {state.status === "unanswered" && (
          <Notice tone="danger" title={state.isNotDone ? "Nothing was changed" : "No response"}>
            {state.isNotDone ? "Atelier was updated since this page was loaded." : ifUnanswered}{" "}
            {/* A whole new page, as what it is made of may be what is missing. */}
            <a href={dialog?.closeHref ?? ""} target="_blank" rel="noreferrer" className="underline underline-offset-2">
              Reload the page
            </a>
          </Notice>
        )}
        {state.status === "done" && !saysAtButton && (state === first || saysItself) && state.message && (
          <Notice tone="success">{state.message}</Notice>
        )}
        {children}
      </form>
    </Context>
  );
}

/** Returns the last answer of the surrounding form, and whether one is pending. */
export function useFormState<T = unknown>(): { state: FormState<T>; isPending: boolean } {
  return useContext(Context) as { state: FormState<T>; isPending: boolean };
}

/** Returns the state of one field of the surrounding form: its error, and the value to show after a refusal. */
export function useField(name: string): { error?: string; typed?: string | string[]; isFirstBad: boolean } {
  const { state } = useContext(Context);
  if (state.status !== "refused") return { isFirstBad: false };
  return {
    error: state.fields[name],
    typed: state.values[name] ?? "",
    isFirstBad: Object.keys(state.fields)[0] === name,
  };
}

/** Shows its children once the form is done. A function receives the action's result. */
export function FormDone<T>({ children }: { children: ReactNode | ((data: T, message?: string) => ReactNode) }) {
  const { state } = useFormState<T>();
  if (state.status !== "done") return null;
  return <>{typeof children === "function" ? children(state.data, state.message) : children}</>;
}

/** Shows its children until the form is done. */
export function FormUntilDone({ children }: { children: ReactNode }) {
  const { state } = useFormState();
  return state.status === "done" ? null : children;
}

/**
 * Submits the surrounding form. It shows at once that it is working, and ignores clicks until the answer has arrived.
 */
export function SubmitButton({
  children,
  pendingLabel,
  variant = "primary",
  icon,
  disabledReason,
  ...rest
}: Omit<ButtonProps, "type" | "onClick"> & { pendingLabel?: ReactNode }) {
  const { pending } = useFormStatus();
  return (
    <Button
      {...rest}
      type="submit"
      variant={variant}
      disabledReason={disabledReason}
      aria-disabled={pending || undefined}
      icon={pending ? <Spinner /> : icon}
      onClick={(event) => {
        if (pending) event.preventDefault();
      }}
    >
      {pending && pendingLabel ? pendingLabel : children}
    </Button>
  );
}
