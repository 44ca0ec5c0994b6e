"use client";

import { useId, useState } from "react";
import { describedBy, Frame } from "@/app/_ui/field-frame";
import { useField } from "@/app/_ui/form";

/** The largest file in bytes: a form may have a megabyte, and a thousand rows are much smaller. */
const mostBytes = 400_000;

/** Draws the field for a table as a file, instead of a pasted one. */
export function ListFile() {
  const id = useId();
  const { error } = useField("file");
  const [isLarge, setIsLarge] = useState(false);
  const said = isLarge ? "This file is too large: a thousand rows are less than 400 kB." : error;
  const hint = "With or without a header row; a column “role” sets the role. CSV in UTF-8.";
  return (
    <Frame {...{ id, label: "Or a CSV file", hint, optional: true, ...(said ? { error: said } : {}) }}>
      <input
        id={id}
        type="file"
        name="file"
        accept=".csv,.tsv,.txt,text/csv,text/plain"
        onChange={(event) => {
          const { currentTarget } = event;
          const tooLarge = (currentTarget.files?.[0]?.size ?? 0) > mostBytes;
          setIsLarge(tooLarge);
          if (tooLarge) currentTarget.value = "";
        }}
        aria-invalid={said ? true : undefined}
        aria-describedby={describedBy(id, hint, said)}
        className="control file:mr-3 file:rounded-sm file:border-0 file:bg-sunken file:px-2.5 file:py-1 file:font-medium file:text-ink file:text-sm"
      />
    </Frame>
  );
}
