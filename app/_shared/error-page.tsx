"use client";

import { useRouter } from "next/navigation";
import { startTransition } from "react";
import { CalmPage } from "@/app/_ui/calm-page";

export type Failure = { error: Error & { digest?: string }; reset: () => void };

/** Says that the page could not be shown, and tries again. */
export function ErrorPage({ error, reset }: Failure) {
  const router = useRouter();
  // The failed answer is asked for anew; resetting alone would draw it again.
  const tryAgain = () =>
    startTransition(() => {
      router.refresh();
      reset();
    });
  return (
    <CalmPage
      code={error.digest ? `Error ${error.digest}` : undefined}
      title="Something went wrong"
      action={
        <>
          <button type="button" className="button button-primary" onClick={tryAgain}>
            Try again
          </button>
          {/* A whole new page: what broke may be what would have shown the next one. */}
          <a href="/" className="button button-secondary">
            Go to your workspace
          </a>
        </>
      }
    >
      This page could not be shown. Nothing you saved is lost. Try again in a moment. If the problem continues, tell the
      person who runs this installation the number above.
    </CalmPage>
  );
}
