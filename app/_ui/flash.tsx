import { FlashToast } from "./flash-toast";
import { Notice } from "./notice";

/**
 * Shows the result of a form that led to this page, from `done` in the address. Without JavaScript it is above the
 * page; with it, it is a toast, and `done` is removed from the address so that a reload does not repeat it. An attacker
 * can choose the address, so only sentences of `news` are shown. It is a map, because an object would also find names
 * that every object inherits.
 */
export function Flash({ news, done }: { news: ReadonlyMap<string, string>; done: string | undefined }) {
  const message = news.get(done ?? "");
  if (!message) return null;
  // The same sentence can come twice in a row and must be shown each time.
  const occasion = performance.now();
  return (
    <FlashToast occasion={occasion} message={message}>
      <Notice tone="success" className="mb-6">
        {message}
      </Notice>
    </FlashToast>
  );
}
