"use client";

import { lazy, Suspense } from "react";
import type { Failure } from "./_shared/error-page";

// This file is part of every page; what it draws is loaded only when there is an error. If that fails too, `global-error.tsx` is shown.
const LazyPage = lazy(async () => ({ default: (await import("./_shared/error-page")).ErrorPage }));

export default function ErrorPage(failure: Failure) {
  return (
    <Suspense>
      <LazyPage {...failure} />
    </Suspense>
  );
}
