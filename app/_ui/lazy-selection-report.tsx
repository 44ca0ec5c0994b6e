"use client";

import { type ComponentProps, lazy } from "react";
import { FormDone } from "./form";
import type * as Report from "./selection-report";

const LazyReport = lazy(async () => ({ default: (await import("./selection-report")).SelectionReport }));

/** Loads `SelectionReport` when the first answer has arrived. */
export const SelectionReport = (props: ComponentProps<typeof Report.SelectionReport>) => (
  <FormDone>
    <LazyReport {...props} />
  </FormDone>
);
