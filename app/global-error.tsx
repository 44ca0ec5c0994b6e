"use client";

import { CalmPage } from "./_ui/calm-page";
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
            // Written out, as this comes with every page.
            <button type="button" className="button button-primary" onClick={reset}>
              Try again
            </button>
          }
        >
          Atelier could not be shown. Nothing you saved is lost. Try again in a moment.
        </CalmPage>
      </body>
    </html>
  );
}
