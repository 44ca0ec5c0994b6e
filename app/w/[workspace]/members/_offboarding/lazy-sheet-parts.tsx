"use client";

import { type ComponentProps, lazy } from "react";
import type { CheckField as Checks } from "@/app/_ui/check-field";
import type { ChoiceField as Choices } from "@/app/_ui/choice-field";
import type * as Parts from "./sheet-parts";

// Most who come to the page open no sheet, and do not load what only that needs.
const LazyKeyAction = lazy(async () => ({ default: (await import("./sheet-parts")).KeyAction }));
const LazyRotatedSecrets = lazy(async () => ({ default: (await import("./sheet-parts")).RotatedSecrets }));
const LazyCheckField = lazy(async () => ({ default: (await import("@/app/_ui/check-field")).CheckField }));
const LazyChoiceField = lazy(async () => ({ default: (await import("@/app/_ui/choice-field")).ChoiceField }));

/** Loads `CheckField` with the sheet. */
export const CheckField = (props: ComponentProps<typeof Checks>) => <LazyCheckField {...props} />;

/** Loads `ChoiceField` with the sheet, or with the dialog it is in. */
export const ChoiceField = (props: ComponentProps<typeof Choices>) => <LazyChoiceField {...props} />;

/** Loads `KeyAction` with the sheet. */
export const KeyAction = (props: ComponentProps<typeof Parts.KeyAction>) => <LazyKeyAction {...props} />;

/** Loads `RotatedSecrets` with the sheet. */
export const RotatedSecrets = (props: ComponentProps<typeof Parts.RotatedSecrets>) => <LazyRotatedSecrets {...props} />;
