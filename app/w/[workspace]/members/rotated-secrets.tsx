"use client";

import { lazy, type ReactNode } from "react";
import { useFormState } from "@/app/_ui/form";
import type { NewSecret } from "./secret-list";

// Most who come to the page see none, and do not load what shows them.
const SecretList = lazy(() => import("./secret-list"));

/** What a removal answered: the new secrets of the keys that were rotated, once; its children where there are none. */
export function RotatedSecrets({ children }: { children: ReactNode }) {
  const { state } = useFormState<{ rotated: NewSecret[] }>();
  return state.status === "done" ? <SecretList secrets={state.data.rotated} /> : children;
}
