"use client";

import { type ReactNode, useEffect, useState } from "react";
import { FileField } from "./file-field";
import { useField, useFormState } from "./form";

/** The largest file in bytes that a form can send. */
const longest = 1_000_000;

/**
 * Draws a picture upload: the present picture, or `children` in its place, and a preview of the chosen one before it is
 * sent. A file that is too large is reported and not sent.
 */
export function PictureField({
  src,
  alt = "The current picture",
  isRound,
  children,
}: {
  src?: string;
  /** The alternative text of the picture at `src`. */
  alt?: string;
  isRound?: boolean;
  children?: ReactNode;
}) {
  const { error } = useField("picture");
  const { state } = useFormState();
  const [problem, setProblem] = useState<string>();
  const [preview, setPreview] = useState<string>();
  useEffect(() => {
    if (state.status === "done") setPreview(undefined);
  }, [state]);
  const said = problem ?? error;
  const choose = (file: File | undefined) => {
    const isLarge = (file?.size ?? 0) > longest;
    setProblem(isLarge ? "This picture is larger than 1 MB. Choose a smaller one." : undefined);
    setPreview(undefined);
    if (!file || isLarge || !file.type.startsWith("image/")) return;
    // The content security policy allows pictures from data: addresses, but not from blob: addresses.
    const reader = new FileReader();
    reader.onload = () => setPreview(String(reader.result));
    reader.readAsDataURL(file);
  };
  return (
    <FileField
      label="Picture"
      name="picture"
      accept="image/png,image/jpeg,image/webp,image/gif"
      hint="PNG, JPEG, WebP or GIF, at most 1 MB. It is cut to a square."
      shown={
        preview || src ? (
          // biome-ignore lint/performance/noImgElement: it is small, and has the size it is needed in.
          <img
            src={preview ?? src}
            alt={preview ? "The chosen picture" : alt}
            className={`size-12 shrink-0 object-cover ${isRound ? "rounded-full" : "rounded-lg"}`}
          />
        ) : (
          children
        )
      }
      empty={src ? "" : "No picture yet"}
      verb={src ? "Replace" : "Choose a picture"}
      maxBytes={longest}
      onChange={choose}
      {...(said ? { error: said } : {})}
    />
  );
}
