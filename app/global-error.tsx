"use client";

import "./globals.css";

export default function GlobalError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <html lang="en">
      <body>
        <title>Something went wrong · Atelier</title>
        {/* Written out, as this comes with every page. */}
        <main id="content" className="m-auto max-w-120 px-6 py-24 text-center">
          {error.digest && <p className="caption mb-3">Error {error.digest}</p>}
          <h1 className="text-2xl">Something went wrong</h1>
          <p className="mt-2 mb-7 text-ink-soft">
            Atelier could not be shown. Nothing you saved is lost. Try again in a moment.
          </p>
          <button type="button" className="button button-primary" onClick={reset}>
            Try again
          </button>
        </main>
      </body>
    </html>
  );
}
