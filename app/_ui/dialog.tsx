"use client";

import { type ReactNode, useCallback, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "react";
import { DialogContext, hrefParts, useDialog } from "./dialog-context";
import { useHolds } from "./dialog-holds";
import { Glyph } from "./glyph";
import { Button, type ButtonProps } from "./plain-button";

export type DialogProps = {
  /**
   * Unique on the page. A dialog about one of many things has that thing's id in its own, so that a button never opens
   * the dialog of another thing.
   */
  id: string;
  title: ReactNode;
  description?: ReactNode;
  /** Whether it is open, from the address (`?dialog=…`) or the parent's state. Later changes are followed. */
  open?: boolean;
  /** The page's address without the dialog, to which closing leads. */
  closeHref: string;
  /** For a parent that keeps `open` in its state. Without it, closing puts `closeHref` into the address bar. */
  onClose?: () => void;
  size?: "sm" | "md" | "lg";
  children: ReactNode;
};

/**
 * Draws a native dialog. When the server renders it open, it covers the page without JavaScript and closes by a GET to
 * `closeHref`; a closed one is empty until the script has loaded. After hydration it is modal, keeps the focus inside
 * and returns it. Escape, the ✕, a click beside it and "Back" do not close it while a form in it waits for its answer,
 * nor while it shows a value that is shown only once (`ShownOnce`).
 */
export function Dialog(props: DialogProps) {
  // A new id makes a new dialog, so that nothing typed into one appears in the next.
  return <KeyedDialog key={props.id} {...props} />;
}

function KeyedDialog({ id, title, description, open = false, closeHref, onClose, size = "md", children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const labels = useId();
  // After the first render the browser owns the attribute; otherwise React would undo showModal().
  const [isOpenAtFirst] = useState(open);
  // Without JavaScript a closed dialog is reached by loading the page with the dialog open, so its contents are left
  // out until the script has loaded.
  const [isDrawn, setIsDrawn] = useState(open);
  useLayoutEffect(() => setIsDrawn(true), []);
  const isOpenByProp = useRef(false);
  const pressedBeside = useRef(false);
  // Typed text survives closing; the contents of a finished form do not, so a secret is gone with its dialog.
  const isFinished = useRef(false);
  const [round, setRound] = useState(0);
  const { isWaiting, isHeld, hold } = useHolds();

  useLayoutEffect(() => {
    const element = dialog.current;
    if (!open || !element) return;
    isOpenByProp.current = true;
    if (element.matches(":modal")) return;
    element.removeAttribute("open");
    element.showModal();
  }, [open]);
  useLayoutEffect(() => {
    if (open || isHeld || !isOpenByProp.current) return;
    isOpenByProp.current = false;
    dialog.current?.close();
  }, [open, isHeld]);

  useEffect(() => {
    if (!isHeld) return;
    // WebKit has no `closedby`. The focused element may be gone too, so the key press may not happen inside the dialog.
    const keepOpen = (event: KeyboardEvent) => {
      if (event.key === "Escape" && dialog.current?.open) event.preventDefault();
    };
    document.addEventListener("keydown", keepOpen);
    return () => document.removeEventListener("keydown", keepOpen);
  }, [isHeld]);

  const close = useCallback(() => dialog.current?.close(), []);
  const finish = useCallback(() => {
    isFinished.current = true;
  }, []);
  const handle = useMemo(
    () => ({ id, closeHref, close, finish, hold, isWaiting }),
    [id, closeHref, close, finish, hold, isWaiting],
  );
  const { path, fields } = hrefParts(closeHref);

  return (
    <DialogContext value={handle}>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: Escape does what a click beside it does. */}
      <dialog
        ref={dialog}
        id={id}
        open={isOpenAtFirst}
        closedby={isHeld ? "none" : "closerequest"}
        aria-labelledby={`${labels}-title`}
        aria-describedby={description ? `${labels}-description` : undefined}
        className="dialog"
        onCancel={(event) => {
          if (isHeld && event.target === event.currentTarget) event.preventDefault();
        }}
        onClose={(event) => {
          if (event.target !== event.currentTarget) return;
          const wasOpenByProp = isOpenByProp.current;
          isOpenByProp.current = false;
          if (isFinished.current) setRound((count) => count + 1);
          isFinished.current = false;
          if (onClose) onClose();
          else if (wasOpenByProp) window.history.replaceState(null, "", closeHref);
        }}
        // The backdrop is the dialog element itself. A press that began inside, such as selecting text, is not a click
        // on the backdrop.
        onPointerDown={(event) => {
          pressedBeside.current = event.target === event.currentTarget;
        }}
        // A link would leave the page and lose the answer.
        onClickCapture={(event) => {
          if (isWaiting && event.target instanceof Element && event.target.closest("a[href]:not([target])"))
            event.preventDefault();
        }}
        onClick={(event) => {
          if (!isHeld && pressedBeside.current && event.target === event.currentTarget) close();
        }}
      >
        {(isDrawn || open) && (
          <div className="dialog-panel" data-size={size}>
            <h2 id={`${labels}-title`} className={`text-[1.0625rem] ${isHeld && !isWaiting ? "" : "pr-9"}`}>
              {title}
            </h2>
            {description && (
              <p id={`${labels}-description`} className="mt-1 text-ink-soft">
                {description}
              </p>
            )}
            <div key={round} className="mt-5">
              {children}
            </div>
            <form id={`${id}-close`} method="get" action={path}>
              {fields.map(([name, value]) => (
                <input key={name} type="hidden" name={name} value={value} />
              ))}
              {(isWaiting || !isHeld) && (
                <CloseDialogButton
                  variant="ghost"
                  size="sm"
                  aria-label="Close"
                  className="absolute top-4 right-4 w-8 px-0"
                  icon={<Glyph name="close" />}
                />
              )}
            </form>
          </div>
        )}
      </dialog>
    </DialogContext>
  );
}

/**
 * Closes the surrounding dialog ("Cancel", "Done"), but not while a form in it waits for its answer. Without JavaScript
 * it leads to the dialog's `closeHref`.
 */
export function CloseDialogButton({ children, onClick, ...rest }: Omit<ButtonProps, "type" | "form">) {
  const dialog = useDialog();
  return (
    <Button
      {...rest}
      type="submit"
      form={dialog ? `${dialog.id}-close` : undefined}
      aria-disabled={dialog?.isWaiting || undefined}
      onClick={(event) => {
        event.preventDefault();
        if (dialog?.isWaiting) return;
        onClick?.(event);
        dialog?.close();
      }}
    >
      {children}
    </Button>
  );
}

/** Draws the row of buttons at the end of a dialog. The main button is first on phones and on the right elsewhere. */
export function DialogActions({ children }: { children: ReactNode }) {
  return <div className="mt-1 flex flex-col-reverse gap-2 md:flex-row md:justify-end">{children}</div>;
}
