import type { ReactNode } from "react";
import { type ButtonLook, buttonClass } from "./plain-button";

/**
 * Offers `text` as a file to save. It is a data: address, so that a secret is not sent again and no JavaScript is
 * needed.
 */
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
