import type { ReactNode } from "react";
import { Illustration } from "@/app/_shared/illustration";
import { Wordmark } from "@/app/_ui/mark";

/** Draws a page for a person who is not in a workspace yet: the content on the left, an illustration on the right. */
export function Split({ children, corner }: { children: ReactNode; corner?: ReactNode }) {
  return (
    <div className="grid min-h-dvh lg:grid-cols-2">
      <main id="content" className="flex min-w-0 flex-col p-6 md:p-10">
        <div className="flex min-h-10 items-center justify-between gap-4">
          <Wordmark />
          {corner}
        </div>
        <div className="m-auto w-full max-w-108 py-10">{children}</div>
      </main>
      <div className="relative hidden overflow-hidden border-hairline border-l bg-sunken lg:block">
        <Illustration className="absolute inset-0 size-full" />
      </div>
    </div>
  );
}

/** Draws the page's title and the sentence below it. */
export function SplitTitle({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <header className="mb-8">
      <h1 className="text-balance text-3xl tracking-[-0.03em]">{title}</h1>
      {children && <p className="mt-2 text-pretty text-[0.9375rem] text-ink-soft">{children}</p>}
    </header>
  );
}

/** Draws "or" on a separate line. */
export function Or() {
  return (
    <div className="my-6 flex items-center gap-4 text-ink-faint">
      <hr className="flex-1 border-hairline" />
      <span>or</span>
      <hr className="flex-1 border-hairline" />
    </div>
  );
}
