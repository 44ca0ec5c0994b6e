"use client";

import { type ComponentProps, lazy } from "react";
import type * as Parts from "./sheet-parts";

// Most visitors of the page open no sheet, so its code is loaded only when one is opened.
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
