"use client";

import { Button, LinkButton } from "./_ui/button";
import { CalmPage } from "./_ui/calm-page";

export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <CalmPage
      code={error.digest ? `Error ${error.digest}` : undefined}
      title="Something went wrong"
      action={
        <>
          <Button variant="primary" onClick={reset}>
            Try again
          </Button>
          <LinkButton href="/">Go to your workspace</LinkButton>
        </>
      }
    >
      This page could not be shown. Nothing you saved is lost. Try again in a moment; if it stays, tell whoever runs
      this installation the number above.
    </CalmPage>
  );
}
