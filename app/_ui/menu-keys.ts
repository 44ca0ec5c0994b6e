/*
 * Keyboard, focus and placement for all menus and sheets of a page, with a few listeners on the document: a thousand
 * rows with a menu each cost as much as one. Without this file the menus still open, close and work.
 */

let isInstalled = false;
let typed = "";
let typedAt = 0;

/** Installs the listeners, once per page. */
export function installMenuKeys(): void {
  if (isInstalled) return;
  isInstalled = true;
  document.addEventListener("beforetoggle", onBeforeToggle, true);
  document.addEventListener("toggle", onToggle, true);
  document.addEventListener("keydown", onKeyDown);
  document.addEventListener("click", onClick);
}

function buttonOf(popover: HTMLElement): HTMLElement | null {
  return document.querySelector<HTMLElement>(
    `[popovertarget="${CSS.escape(popover.id)}"]:not([popovertargetaction="hide"])`,
  );
}

function itemsOf(menu: HTMLElement): HTMLElement[] {
  return [...menu.querySelectorAll<HTMLElement>('[role^="menuitem"]')].filter((item) => item.offsetParent !== null);
}

function onBeforeToggle(event: Event): void {
  const menu = event.target;
  if (!(menu instanceof HTMLElement) || menu.role !== "menu" || !menu.id) return;
  const button = (event as ToggleEvent).newState === "open" ? buttonOf(menu) : null;
  if (button) chooseSide(menu, button);
}

/**
 * Places the menu on the side that the markup asks for, or on the other one if it fits only there. Browsers without
 * anchor positioning ignore it.
 */
function chooseSide(menu: HTMLElement, button: HTMLElement): void {
  menu.style.cssText = "display: block; visibility: hidden";
  const { offsetWidth: width, offsetHeight: height } = menu;
  menu.style.cssText = "";
  const { top, bottom, left, right } = button.getBoundingClientRect();
  const room = { above: top - 8, below: window.innerHeight - bottom - 8 };
  const wantsAbove = menu.dataset.side === "top";
  const [wanted, other] = wantsAbove ? [room.above, room.below] : [room.below, room.above];
  const isAbove = height > wanted && other > wanted ? !wantsAbove : wantsAbove;
  const fits = { start: left + width <= window.innerWidth, end: right - width >= 0 };
  const wantsEnd = menu.dataset.align === "end";
  const isEnd = wantsEnd ? fits.end || !fits.start : !fits.start && fits.end;
  const block = isAbove ? "block-start" : "block-end";
  menu.style.setProperty("position-area", `${block} ${isEnd ? "span-inline-start" : "span-inline-end"}`);
}

function onToggle(event: Event): void {
  const popover = event.target;
  if (!(popover instanceof HTMLElement) || !popover.id || !popover.popover) return;
  const isOpen = popover.matches(":popover-open");
  const button = buttonOf(popover);
  button?.setAttribute("aria-expanded", String(isOpen));
  if (isOpen && popover.role === "menu") {
    if (button) place(popover, button);
    if (!popover.contains(document.activeElement)) itemsOf(popover)[0]?.focus({ preventScroll: true });
  }
  if (!isOpen && (document.activeElement === document.body || popover.contains(document.activeElement)))
    button?.focus();
}

/** Places the menu beside its button, in browsers where anchor positioning has not done so. */
function place(menu: HTMLElement, button: HTMLElement): void {
  const anchor = button.getBoundingClientRect();
  const box = menu.getBoundingClientRect();
  const gap = Math.max(anchor.top - box.bottom, box.top - anchor.bottom);
  const isBeside = gap >= -1 && gap < 16 && box.left <= anchor.right && box.right >= anchor.left;
  if (isBeside) return;
  const isAbove = menu.dataset.side === "top" || anchor.bottom + box.height + 8 > window.innerHeight;
  const left = menu.dataset.align === "end" ? anchor.right - box.width : anchor.left;
  const top = isAbove ? anchor.top - box.height - 6 : anchor.bottom + 6;
  menu.style.setProperty("position-area", "none");
  menu.style.setProperty("margin", "0");
  menu.style.setProperty("left", `${Math.max(8, Math.min(left, window.innerWidth - box.width - 8))}px`);
  menu.style.setProperty("top", `${Math.max(8, Math.min(top, window.innerHeight - box.height - 8))}px`);
}

function onKeyDown(event: KeyboardEvent): void {
  if (!(event.target instanceof Element) || event.altKey || event.ctrlKey || event.metaKey) return;
  const menu = event.target.closest<HTMLElement>('[role="menu"][popover]');
  if (menu) {
    inMenu(event, menu);
    return;
  }
  const button = event.target.closest<HTMLButtonElement>('button[aria-haspopup="menu"]:is([popovertarget], .row-menu)');
  if (button && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    button.click();
  }
}

function inMenu(event: KeyboardEvent, menu: HTMLElement): void {
  const items = itemsOf(menu);
  const at = items.findIndex((item) => item.matches(":focus"));
  const to = (index: number) => {
    event.preventDefault();
    items[(index + items.length) % items.length]?.focus();
  };
  if (event.key === "ArrowDown") to(at + 1);
  else if (event.key === "ArrowUp") to(at < 0 ? -1 : at - 1);
  else if (event.key === "Home") to(0);
  else if (event.key === "End") to(-1);
  else if (event.key === "Tab") menu.hidePopover();
  else if (event.key.length === 1) typeAhead(event, items, at);
}

function typeAhead(event: KeyboardEvent, items: HTMLElement[], at: number): void {
  if (event.timeStamp - typedAt > 600) typed = "";
  if (event.key === " " && typed === "") {
    // Space does not activate a link by itself, but it must activate a menu item.
    if (items[at] instanceof HTMLAnchorElement) {
      event.preventDefault();
      items[at].click();
    }
    return;
  }
  event.preventDefault();
  typed += event.key.toLowerCase();
  typedAt = event.timeStamp;
  // The same letter repeated goes through the items that begin with it.
  const isRepeat = [...typed].every((letter) => letter === typed[0]);
  const wanted = isRepeat ? (typed[0] ?? "") : typed;
  const start = isRepeat ? at + 1 : Math.max(at, 0);
  const inOrder = [...items.slice(start), ...items.slice(0, start)];
  inOrder.find((item) => item.textContent?.trim().toLowerCase().startsWith(wanted))?.focus();
}

function onClick(event: MouseEvent): void {
  if (!(event.target instanceof Element)) return;
  const item = event.target.closest<HTMLElement>('[role^="menuitem"], [data-sheet] a[href]');
  if (!item || item.ariaDisabled === "true") return;
  const popover = item.closest<HTMLElement>("[popover]");
  // After the click has taken effect, so that a form inside is submitted and a link is followed.
  if (popover?.matches(":popover-open")) setTimeout(() => popover.hidePopover());
}
