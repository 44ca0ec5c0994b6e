import { computeAccessibleName, getRole, isInaccessible } from "dom-accessibility-api";

/** What is looked for: a role, and a part of the accessible name (the whole of it with `exact`). */
export type Query = { role: string; name?: string; exact?: boolean; within?: Query };

/** An element as a person meets it. `x` and `y` are its centre in CSS pixels of the viewport. */
export type Found = {
  x: number;
  y: number;
  /** Where it is and how large, to tell whether it still moves. */
  box: string;
  /** Whether a click at its centre reaches it. */
  isReachable: boolean;
  isFocused: boolean;
  text: string;
  name: string;
  value: string;
};

declare global {
  interface Window {
    atelierFind?: typeof find;
    atelierFindAll?: typeof findAll;
    atelierOpeners?: typeof openers;
    atelierIsInteractive?: typeof isInteractive;
  }
}

const normal = (text: string | null | undefined) => (text ?? "").replace(/\s+/g, " ").trim();

function matching(query: Query): HTMLElement[] {
  const roots: ParentNode[] = query.within ? matching(query.within) : [document];
  const wanted = query.name?.toLowerCase();
  return roots
    .flatMap((root) => [...root.querySelectorAll<HTMLElement>("body *")])
    .filter((element) => getRole(element) === query.role && isSeen(element))
    .filter((element) => {
      if (wanted === undefined) return true;
      const name = normal(computeAccessibleName(element)).toLowerCase();
      return query.exact ? name === wanted : name.includes(wanted);
    });
}

function isSeen(element: HTMLElement): boolean {
  if (isInaccessible(element) || element.closest("[inert]")) return false;
  // What a modal dialog covers is there, and cannot be used.
  const modal = [...document.querySelectorAll("dialog:modal")].at(-1);
  if (modal && !modal.contains(element) && !element.closest(":popover-open")) return false;
  return element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
}

function describe(element: HTMLElement): Found {
  const isInView = () => {
    const { top, left, bottom, right } = element.getBoundingClientRect();
    return top >= 0 && left >= 0 && bottom <= innerHeight && right <= innerWidth;
  };
  if (!isInView()) element.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
  const { left, top, width, height } = element.getBoundingClientRect();
  const [x, y] = [Math.round(left + width / 2), Math.round(top + height / 2)];
  const hit = document.elementFromPoint(x, y);
  const label = hit?.closest("label");
  return {
    ...{ x, y, box: [left, top, width, height].join() },
    isReachable: hit !== null && (element.contains(hit) || (label as HTMLLabelElement | null)?.control === element),
    isFocused: document.activeElement === element,
    text: normal(element.innerText),
    name: normal(computeAccessibleName(element)),
    value: "value" in element ? String(element.value) : "",
  };
}

/** Returns the first element that matches, scrolled into view, or null. */
function find(query: Query): Found | null {
  const [element] = matching(query);
  return element ? describe(element) : null;
}

/** Returns the accessible names of all that match, in the order of the page. */
function findAll(query: Query): string[] {
  return matching(query).map((element) => normal(computeAccessibleName(element)));
}

/** What opens a menu or a dialog and is not turned off: its name and which of both. */
export type Opener = { name: string; opens: "menu" | "dialog" };

/** Returns all visible openers; within the open menu if there is one. */
function openers(): Opener[] {
  const menu = document.querySelector('[role="menu"]:popover-open');
  const selector = menu ? '[role="menuitem"][aria-haspopup]' : "button[aria-haspopup]";
  return [...(menu ?? document).querySelectorAll<HTMLElement>(selector)]
    .filter((element) => isSeen(element) && element.ariaDisabled !== "true")
    .map((element) => ({
      name: normal(computeAccessibleName(element)),
      opens: element.ariaHasPopup === "dialog" ? "dialog" : "menu",
    }));
}

type Fiber = { return: Fiber | null; alternate: Fiber | null; flags: number };

/** React's flags of what is placed, and of what is hydrated, and not committed. */
const uncommitted = 2 | 4096;

/** Whether React hears the events of an element: the same question that it asks itself before it calls a handler. */
function isHeard(element: Element): boolean {
  const own = Object.entries(element).find(([key]) => key.startsWith("__reactFiber$"));
  const fiber = own?.[1] as Fiber | undefined;
  if (!fiber) return false;
  for (let node: Fiber | null = fiber.alternate ? null : fiber; node; node = node.return)
    if (node.flags & uncommitted) return false;
  return true;
}

/**
 * Whether the page's script runs what opens menus and dialogs. Until then some of them are plain links and forms, which lead
 * to a page of their own.
 */
function isInteractive(): boolean {
  return [...document.querySelectorAll("button[aria-haspopup]")].every(isHeard);
}

window.atelierOpeners = openers;
window.atelierIsInteractive = isInteractive;
window.atelierFind = find;
window.atelierFindAll = findAll;
