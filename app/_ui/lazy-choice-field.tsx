"use client";

import { type ComponentProps, lazy } from "react";
import type { ChoiceField } from "./choice-field";

const Loaded = lazy(async () => ({ default: (await import("./choice-field")).ChoiceField }));

/**
 * Draws a `ChoiceField` whose code is loaded when it is first drawn: for a dialog that most visitors of its page do not
 * open.
 */
export const LazyChoiceField = (props: ComponentProps<typeof ChoiceField>) => <Loaded {...props} />;
