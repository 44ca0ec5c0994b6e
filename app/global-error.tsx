"use client";

import { CalmPage } from "./_ui/calm-page";
import { Button } from "./_ui/plain-button";
import "./globals.css";

export default function GlobalError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <html lang="en">
      <body>
        <title>Something went wrong · Atelier</title>
        <CalmPage
          code={error.digest ? `Error ${error.digest}` : undefined}
          title="Something went wrong"
          action={
            <Button variant="primary" onClick={reset}>
              Try again
            </Button>
          }
        >
          Atelier could not be shown. Nothing you saved is lost. Try again in a moment.
        </CalmPage>
      </body>
    </html>
  );
}
