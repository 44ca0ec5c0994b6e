"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import type { MouseEvent } from "react";
import { hrefParts } from "./dialog-context";
import { Button, type ButtonProps } from "./plain-button";

export type OpensDialog = {
  /** The id of the dialog to open. */
  dialog: string;
  /** The page's address with the dialog open: the target of a click without JavaScript. */
  href: string;
};

/**
 * Returns the click handler of such a button. It opens the dialog if it is on the page; otherwise it loads the page
 * with the dialog, without a reload.
 */
export function useOpenDialog({ dialog, href }: OpensDialog): (event: MouseEvent<HTMLButtonElement>) => void {
  const router = useRouter();
  return (event) => {
    event.preventDefault();
    const found = document.getElementById(dialog);
    // Safari does not focus a clicked button, but the dialog returns the focus to the element that had it before.
    event.currentTarget.focus();
    if (found instanceof HTMLDialogElement) {
      if (!found.open) found.showModal();
    } else router.push(href as Route, { scroll: false });
  };
}

/**
 * Draws a button that opens a dialog. It is a submit button of a GET form, so that it works before any script has
 * loaded.
 */
export function DialogButton({
  dialog,
  href,
  disabledReason,
  full,
  ...rest
}: Omit<ButtonProps, "type" | "onClick"> & OpensDialog) {
  const open = useOpenDialog({ dialog, href });
  if (disabledReason !== undefined) return <Button {...rest} full={full} disabledReason={disabledReason} />;
  const { path, fields } = hrefParts(href);
  return (
    <form method="get" action={path} className={full ? "block" : "inline-flex"}>
      {fields.map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <Button {...rest} full={full} type="submit" aria-haspopup="dialog" onClick={open} />
    </form>
  );
}
