"use client";

import { type ComponentProps, lazy, Suspense } from "react";
import type * as Finder from "./workspace-finder";

const LazyFinder = lazy(async () => ({ default: (await import("./workspace-finder")).WorkspaceFinder }));

/** Loads `WorkspaceFinder` for those alone who are in many workspaces; the page around it does not wait for that. */
export const WorkspaceFinder = (props: ComponentProps<typeof Finder.WorkspaceFinder>) => (
  <Suspense>
    <LazyFinder {...props} />
  </Suspense>
);
