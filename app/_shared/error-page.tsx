"use client";

import { useRouter } from "next/navigation";
import { startTransition } from "react";
import { CalmPage } from "@/app/_ui/calm-page";

export type Failure = { error: Error & { digest?: string }; reset: () => void };

/** Shows that the page could not be loaded, with a button that tries again. */
export function ErrorPage({ error, reset }: Failure) {
  const router = useRouter();
  // Requests the failed answer again, because a reset alone would draw the same answer.
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
          {/* Reloads the document, because the code that shows the next page may be what failed. */}
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
