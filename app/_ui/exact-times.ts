import { formatExact } from "./format-time";

const buttons = ".exact-time";

/**
 * The moment for which a button was described here. Buttons described by the server are not included and stay
 * unchanged.
 */
const described = new WeakMap<Element, string>();

/**
 * Gives every time on the page its exact time, in the person's language and time zone, as the description that is shown
 * and read aloud. Times that are added later are included. Returns the function that stops this.
 */
export function describeTimes(): () => void {
  let waiting = 0;
  const describeAll = () => {
    waiting = 0;
    for (const button of document.querySelectorAll(buttons)) describe(button);
  };
  const soon = () => {
    if (waiting === 0) waiting = window.setTimeout(describeAll, 200);
  };
  const now = ({ target }: Event) => {
    const button = target instanceof Element ? target.closest(buttons) : null;
    if (button) describe(button);
  };
  const observer = new MutationObserver(soon);
  observer.observe(document.body, { childList: true, subtree: true, attributeFilter: ["datetime"] });
  document.addEventListener("pointerover", now);
  document.addEventListener("focusin", now);
  soon();
  return () => {
    window.clearTimeout(waiting);
    observer.disconnect();
    document.removeEventListener("pointerover", now);
    document.removeEventListener("focusin", now);
  };
}

function describe(button: Element): void {
  const moment = button.querySelector("time")?.dateTime;
  if (!moment || described.get(button) === moment) return;
  if (button.hasAttribute("aria-description") && !described.has(button)) return;
  described.set(button, moment);
  button.setAttribute("aria-description", formatExact(new Date(moment)));
}
