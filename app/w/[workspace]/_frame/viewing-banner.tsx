import { Button } from "@/app/_ui/button";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Eye } from "@/app/_ui/icons";
import { type Role, roleText } from "@/server/access/permissions";
import { stopViewing } from "../view-as/actions";

/**
 * Draws a frame around the pages while the workspace is viewed as another role, with an explanation and a button that
 * ends it.
 */
export function ViewingBanner({ slug, role }: { slug: string; role: Role }) {
  return (
    <>
      <div aria-hidden="true" className="pointer-events-none fixed inset-0 z-40 border-4 border-accent" />
      <section
        aria-label="View as a role"
        className="flex flex-wrap items-center gap-x-3 gap-y-2 border-accent border-b bg-raised px-5 py-2.5 md:sticky md:top-0 md:z-20"
      >
        <Eye className="size-4 shrink-0 text-accent" />
        <p className="min-w-0 flex-1">
          You are viewing this workspace as <strong className="font-medium">{roleText[role].name}</strong>. Nothing can
          be changed in this view.
        </p>
        <form action={stopViewing}>
          <HiddenFields values={{ workspace: slug }} />
          <Button type="submit" size="sm">
            Stop
          </Button>
        </form>
      </section>
    </>
  );
}
