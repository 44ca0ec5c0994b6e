"use client";

import type { ReactNode } from "react";
import { Button, type ButtonProps } from "./plain-button";

/** Opens the browser's print dialog. Hidden without JavaScript and on paper. */
export function PrintButton({ children, ...rest }: Omit<ButtonProps, "onClick"> & { children: ReactNode }) {
  return (
    <Button {...rest} className="noscript:hidden print:hidden" onClick={() => window.print()}>
      {children}
    </Button>
  );
}
