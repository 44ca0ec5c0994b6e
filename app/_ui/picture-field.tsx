"use client";

import { type ChangeEvent, useState } from "react";
import { FileField } from "./file-field";
import { useField } from "./form";

/** In bytes: what a form can carry. */
const longest = 1_000_000;

/** Draws a picture to upload. One that is too large is said to be so before it is sent, and not sent. */
export function PictureField() {
  const { error } = useField("picture");
  const [problem, setProblem] = useState<string>();
  const said = problem ?? error;
  return (
    <div
      onChange={(event: ChangeEvent<HTMLDivElement>) => {
        const input = event.target as unknown as HTMLInputElement;
        const isLarge = (input.files?.[0]?.size ?? 0) > longest;
        if (isLarge) input.value = "";
        setProblem(isLarge ? "This picture is larger than 1 MB. Choose a smaller one." : undefined);
      }}
    >
      <FileField
        label="Picture"
        name="picture"
        accept="image/png,image/jpeg,image/webp,image/gif"
        hint="PNG, JPEG, WebP or GIF, at most 1 MB. It is cut to a square."
        {...(said ? { error: said } : {})}
      />
    </div>
  );
}
