"use client";

import { type ReactNode, useEffect, useState } from "react";
import { copy } from "./copy";
import { Glyph } from "./glyph";
import { Button, type ButtonProps } from "./plain-button";

/** Copies `value` to the clipboard and confirms it. Hidden without JavaScript. */
export function CopyButton({
  value,
  children,
  ...rest
}: Omit<ButtonProps, "onClick" | "icon"> & { value: string; children: ReactNode }) {
  const [copies, setCopies] = useState(0);
  const isFresh = copies > 0;
  useEffect(() => {
    if (copies === 0) return;
    const timer = setTimeout(() => setCopies(0), 2500);
    return () => clearTimeout(timer);
  }, [copies]);
  return (
    <>
      <Button
        {...rest}
        icon={<Glyph name={isFresh ? "check" : "copy"} className={isFresh ? "text-success" : ""} />}
        className={`noscript:hidden ${rest.className ?? ""}`}
        onClick={async () => {
          if (await copy(value)) setCopies((count) => count + 1);
        }}
      >
        {isFresh ? "Copied" : children}
      </Button>
      <span role="status" className="sr-only">
        {isFresh ? "Copied" : ""}
      </span>
    </>
  );
}
