"use client";

import { type ComponentProps, lazy } from "react";
import type * as Parts from "./sheet-parts";

// Most visitors of the page open no offboarding sheet, so its parts are loaded when the sheet is first drawn.
const LazyKeyAction = lazy(async () => ({ default: (await import("./sheet-parts")).KeyAction }));
const LazyRotatedSecrets = lazy(async () => ({ default: (await import("./sheet-parts")).RotatedSecrets }));
const LazyCheckField = lazy(async () => ({ default: (await import("./sheet-parts")).CheckField }));

/** Draws `CheckField`, whose code is loaded with the sheet. */
export const CheckField = (props: ComponentProps<typeof Parts.CheckField>) => <LazyCheckField {...props} />;

/** Draws `KeyAction`, whose code is loaded with the sheet. */
export const KeyAction = (props: ComponentProps<typeof Parts.KeyAction>) => <LazyKeyAction {...props} />;

/** Draws `RotatedSecrets`, whose code is loaded with the sheet. */
export const RotatedSecrets = (props: ComponentProps<typeof Parts.RotatedSecrets>) => <LazyRotatedSecrets {...props} />;
