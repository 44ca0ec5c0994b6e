"use client";

import { type ComponentProps, lazy } from "react";
import { FormDone } from "./form";
import type * as Report from "./selection-report";

const LazyReport = lazy(async () => ({ default: (await import("./selection-report")).SelectionReport }));

/** Loads `SelectionReport` with the first answer. */
export const SelectionReport = (props: ComponentProps<typeof Report.SelectionReport>) => (
  <FormDone>
    <LazyReport {...props} />
  </FormDone>
);
