import type { ReactNode } from "react";
import { Wordmark } from "@/app/_ui/mark";
import { Sheet, SheetButton } from "@/app/_ui/sheet";

/**
 * Draws the frame around pages: the navigation with the account menu below it, at the side or behind a button on phones, and
 * the page.
 */
export function PageFrame({
  navigation,
  menu,
  title,
  banners,
  children,
}: {
  navigation: ReactNode;
  menu: ReactNode;
  /** What stands in the head on phones, beside the button. */
  title: ReactNode;
  banners?: ReactNode;
  children: ReactNode;
}) {
  return (
    <div className="min-h-dvh md:grid md:grid-cols-[13.5rem_minmax(0,1fr)] lg:grid-cols-[15.5rem_minmax(0,1fr)]">
      <Sheet>
        <div className="flex h-full flex-col">
          <div className="px-5 pt-5 pb-6">
            <Wordmark />
          </div>
          <div className="min-h-0 flex-1 overflow-y-auto px-3 pb-4">{navigation}</div>
          <div className="border-hairline border-t p-2">{menu}</div>
        </div>
      </Sheet>
      <div className="flex min-w-0 flex-col">
        <header className="sticky top-0 z-10 flex items-center gap-2 border-hairline border-b bg-paper/95 px-3 py-2 md:hidden">
          <SheetButton />
          {title}
        </header>
        {banners}
        <main id="content" className="mx-auto w-full max-w-270 flex-1 px-4 py-6 md:px-6 md:py-8 lg:px-10 lg:py-10">
          {children}
        </main>
      </div>
    </div>
  );
}
