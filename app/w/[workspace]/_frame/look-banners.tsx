import type { Route } from "next";
import { LookingBanner } from "@/app/_shared/look/looking-banner";
import { Form, SubmitButton } from "@/app/_ui/form";
import { formatExact } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Eye } from "@/app/_ui/icons";
import { Link } from "@/app/_ui/link";
import type { Outputs } from "@/server/composition/outputs";
import { endLook } from "../_shared/look-actions";

/**
 * Shows on every page which operators are looking inside and until when, and to Admins which operators ask to. An
 * operator who looks inside sees that they do.
 */
export function LookBanners({
  workspace,
  looks,
}: {
  workspace: Pick<Outputs["workspaces"]["get"], "slug" | "name" | "look" | "permissions">;
  looks: Outputs["looks"]["open"];
}) {
  const { slug, look, permissions } = workspace;
  if (look) return <LookingBanner slug={slug} name={workspace.name} endsAt={look.endsAt} isInside />;
  const isAdmin = permissions.includes("member:manage");
  const shown = looks.filter(({ isPending }) => isAdmin || !isPending);
  if (shown.length === 0) return null;
  return (
    <section aria-label="Operators who look inside" className="print:hidden">
      <ul>
        {shown.map(({ id, name, isPending, endsAt }) => (
          <li
            key={id}
            className="flex flex-wrap items-center gap-x-3 gap-y-2 border-warning/35 border-b bg-warning-soft px-5 py-2.5 text-ink md:px-10"
          >
            <Eye className="size-4 shrink-0 text-warning" />
            <p className="wrap-anywhere min-w-0 flex-1">
              <strong className="font-medium">{name || "An operator"}</strong>
              {isPending ? (
                <>
                  , an operator, asks to look inside this workspace.{" "}
                  <Link href={`/w/${slug}/settings#look-inside` as Route} className="underline underline-offset-3">
                    See the request
                  </Link>
                </>
              ) : (
                <>
                  , an operator, looks inside this workspace until {endsAt ? formatExact(endsAt) : "later"}. They cannot
                  change anything.
                </>
              )}
            </p>
            {!isPending && isAdmin && (
              <Form action={endLook}>
                <HiddenFields values={{ workspace: slug, lookId: id }} />
                <SubmitButton size="sm" variant="secondary" pendingLabel="Ending…">
                  End it
                </SubmitButton>
              </Form>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
