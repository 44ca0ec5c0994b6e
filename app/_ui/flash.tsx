import { FlashToast } from "./flash-toast";
import { Notice } from "./notice";

/**
 * Shows what a form that led to this page has done, by the address's `done`. Without script it stands above the page; with it,
 * it is a toast, and the address forgets it, so that a reload does not say it again. An attacker can write the address:
 * only a sentence of `news` is shown, and a name that every object has does not count.
 */
export function Flash({ news, done }: { news: ReadonlyMap<string, string>; done: string | undefined }) {
  const message = news.get(done ?? "");
  if (!message) return null;
  // The same sentence can come twice in a row; each time it is news.
  const occasion = performance.now();
  return (
    <FlashToast occasion={occasion} message={message}>
      <Notice tone="success" className="mb-6">
        {message}
      </Notice>
    </FlashToast>
  );
}
