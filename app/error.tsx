"use client";

import { useRouter } from "next/navigation";
import { startTransition } from "react";
import { CalmPage } from "./_ui/calm-page";
import { Button, buttonClass } from "./_ui/plain-button";

export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
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
          <Button variant="primary" onClick={tryAgain}>
            Try again
          </Button>
          {/* A whole new page: what broke may be what would have shown the next one. */}
          <a href="/" className={buttonClass({})}>
            Go to your workspace
          </a>
        </>
      }
    >
      This page could not be shown. Nothing you saved is lost. Try again in a moment; if it stays, tell whoever runs
      this installation the number above.
    </CalmPage>
  );
}
