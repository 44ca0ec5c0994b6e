import type { Route } from "next";
import { Form, SubmitButton } from "@/app/_ui/form";
import { formatCount } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Eye } from "@/app/_ui/icons";
import { Link } from "@/app/_ui/link";
import { endLook } from "./actions";

/**
 * Shows an operator on every page that they are looking inside a workspace, the remaining time, and the button that
 * ends it. `isInside`: the page belongs to the workspace.
 */
export function LookingBanner({
  slug,
  name,
  endsAt,
  isInside,
}: {
  slug: string;
  name: string;
  endsAt: Date | null;
  isInside: boolean;
}) {
  const minutes = Math.max(1, Math.ceil(((endsAt?.getTime() ?? 0) - Date.now()) / 60_000));
  return (
    <>
      {isInside && (
        <div
          aria-hidden="true"
          className="pointer-events-none fixed inset-0 z-40 border-4 border-accent print:hidden"
        />
      )}
      <section
        aria-label="Look inside"
        className="flex flex-wrap items-center gap-x-3 gap-y-2 border-accent border-b bg-raised px-5 py-2.5 md:sticky md:top-0 md:z-20 print:hidden"
      >
        <Eye className="size-4 shrink-0 text-accent" />
        <p className="wrap-anywhere min-w-0 flex-1">
          You are looking inside{" "}
          {isInside ? (
            <strong className="font-medium">{name}</strong>
          ) : (
            <Link href={`/w/${slug}` as Route} className="font-medium underline underline-offset-3">
              {name}
            </Link>
          )}
          , with an Admin's consent. It ends in {formatCount(minutes, "minute")}. You cannot change anything in it.
        </p>
        <Form action={endLook}>
          <HiddenFields values={{ slug }} />
          <SubmitButton size="sm" variant="secondary" pendingLabel="Stopping…">
            Stop
          </SubmitButton>
        </Form>
      </section>
    </>
  );
}
