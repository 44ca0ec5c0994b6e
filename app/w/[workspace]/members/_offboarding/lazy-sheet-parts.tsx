"use client";

import { type ComponentProps, lazy } from "react";
import type * as Parts from "./sheet-parts";

// Most who come to the page open no sheet, and do not load what only that needs.
const LazyKeyAction = lazy(async () => ({ default: (await import("./sheet-parts")).KeyAction }));
const LazyRotatedSecrets = lazy(async () => ({ default: (await import("./sheet-parts")).RotatedSecrets }));

/** Loads `KeyAction` with the sheet. */
export const KeyAction = (props: ComponentProps<typeof Parts.KeyAction>) => <LazyKeyAction {...props} />;

/** Loads `RotatedSecrets` with the sheet. */
export const RotatedSecrets = (props: ComponentProps<typeof Parts.RotatedSecrets>) => <LazyRotatedSecrets {...props} />;
