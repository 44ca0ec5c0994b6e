"use client";

import { type ComponentProps, lazy } from "react";
import type * as Parts from "./sheet-parts";

// Most who come to the page open no sheet, and do not load what only that needs.
const LazyKeyAction = lazy(async () => ({ default: (await import("./sheet-parts")).KeyAction }));
const LazyRotatedSecrets = lazy(async () => ({ default: (await import("./sheet-parts")).RotatedSecrets }));
const LazyCheckField = lazy(async () => ({ default: (await import("./sheet-parts")).CheckField }));
const LazyChoiceField = lazy(async () => ({ default: (await import("./sheet-parts")).ChoiceField }));

/** Loads `CheckField` with the sheet. */
export const CheckField = (props: ComponentProps<typeof Parts.CheckField>) => <LazyCheckField {...props} />;

/** Loads `ChoiceField` with the sheet, or with the dialog it is in. */
export const ChoiceField = (props: ComponentProps<typeof Parts.ChoiceField>) => <LazyChoiceField {...props} />;

/** Loads `KeyAction` with the sheet. */
export const KeyAction = (props: ComponentProps<typeof Parts.KeyAction>) => <LazyKeyAction {...props} />;

/** Loads `RotatedSecrets` with the sheet. */
export const RotatedSecrets = (props: ComponentProps<typeof Parts.RotatedSecrets>) => <LazyRotatedSecrets {...props} />;
