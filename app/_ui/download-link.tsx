import type { ReactNode } from "react";
import { type ButtonLook, buttonClass } from "./plain-button";

/** Saves `text` as a file. A data: address, so that a secret never makes another trip and no script is needed. */
export function DownloadLink({
  fileName,
  text,
  children,
  icon,
  ...look
}: ButtonLook & { fileName: string; text: string; children: ReactNode }) {
  return (
    <a
      href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`}
      download={fileName}
      className={buttonClass(look)}
    >
      {icon}
      {children}
    </a>
  );
}
