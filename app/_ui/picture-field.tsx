"use client";

import { type ReactNode, useEffect, useState } from "react";
import { FileField } from "./file-field";
import { useField, useFormState } from "./form";

/** In bytes: what a form can carry. */
const longest = 1_000_000;

/**
 * Draws a picture to upload: the one that is there, or `children` in its place, and the chosen one in its stead before it is
 * sent. One that is too large is said to be so before it is sent, and not sent.
 */
export function PictureField({
  src,
  alt = "The present picture",
  isRound,
  children,
}: {
  src?: string;
  /** What the picture at `src` is. */
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
    // The pages' policy allows pictures as data, none by a blob's address.
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
