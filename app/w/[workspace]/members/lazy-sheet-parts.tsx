"use client";

import { type ComponentProps, lazy } from "react";
import type * as Parts from "./sheet-parts";

// Most who come to the page open no sheet, and do not load what only that needs.
const LazyKeyFate = lazy(async () => ({ default: (await import("./sheet-parts")).KeyFate }));
const LazyRotatedSecrets = lazy(async () => ({ default: (await import("./sheet-parts")).RotatedSecrets }));

/** Loads `KeyFate` with the sheet. */
export const KeyFate = (props: ComponentProps<typeof Parts.KeyFate>) => <LazyKeyFate {...props} />;

/** Loads `RotatedSecrets` with the sheet. */
export const RotatedSecrets = (props: ComponentProps<typeof Parts.RotatedSecrets>) => <LazyRotatedSecrets {...props} />;
