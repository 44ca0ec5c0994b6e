import type { ReactNode } from "react";
import { Wordmark } from "./mark";

/** Draws a page with a single message and a next step. */
export function CalmPage({
  code,
  title,
  children,
  action,
}: {
  /** Small, above the title: "404". */
  code?: string;
  title: string;
  children: ReactNode;
  action: ReactNode;
}) {
  return (
    <main id="content" className="flex min-h-dvh flex-col p-6 md:p-10">
      <Wordmark />
      <div className="m-auto w-full max-w-120 py-16">
        <div className="crop-marks px-6 py-14 text-center md:px-12">
          {code && <p className="caption mb-3">{code}</p>}
          <h1 className="text-2xl">{title}</h1>
          <div className="mt-2 text-pretty text-[0.9375rem] text-ink-soft">{children}</div>
          <div className="mt-7 flex flex-wrap justify-center gap-2">{action}</div>
        </div>
      </div>
    </main>
  );
}
