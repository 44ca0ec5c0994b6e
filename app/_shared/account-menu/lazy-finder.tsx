"use client";

import { type ComponentProps, lazy, Suspense } from "react";
import type * as Finder from "./workspace-finder";

const LazyFinder = lazy(async () => ({ default: (await import("./workspace-finder")).WorkspaceFinder }));

/** Loads `WorkspaceFinder` only for people in many workspaces. The rest of the page does not wait for it. */
export const WorkspaceFinder = (props: ComponentProps<typeof Finder.WorkspaceFinder>) => (
  <Suspense>
    <LazyFinder {...props} />
  </Suspense>
);
