import type { Metadata } from "next";
import { AuditLogPage } from "@/app/_shared/audit-log/log-page";
import { listOf, viewOf } from "@/app/_shared/audit-log/view";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { ScrollText } from "@/app/_ui/icons";
import { PageHeader } from "@/app/_ui/page-header";
import { workspaceHere } from "@/app/w/[workspace]/_shared/workspace-here";
import { api } from "@/server/composition/caller";
import { whoMay } from "../_shared/permission";
import { RequestAccess } from "../_shared/request-access";
import { SavedViews, savedViews } from "../_shared/saved-views";
import { verify } from "./actions";
import { thingHref } from "./thing-href";

export const metadata: Metadata = { title: "Audit log" };

const purpose = "Who did what in this workspace, when and from where. Nothing in it can be changed.";

type Props = {
  params: Promise<{ workspace: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
};

export default async function AuditLog({ params, searchParams }: Props) {
  const [{ workspace: slug }, given] = await Promise.all([params, searchParams]);
  const { members, audit } = await api();
  const workspace = await workspaceHere(slug);
  if (!workspace.permissions.includes("audit:read")) {
    const admins = await members.admins({ workspace: slug });
    return (
      <>
        <PageHeader title="Audit log" purpose={purpose} />
        <Card isFlush>
          <EmptyState
            icon={<ScrollText />}
            title="Not available for your role"
            action={<RequestAccess slug={slug} permission="audit:read" />}
          >
            {whoMay("audit:read", admins)}
          </EmptyState>
        </Card>
      </>
    );
  }
  const view = viewOf(given);
  const [page, choices] = await Promise.all([
    audit.list({ workspace: slug, ...listOf(view) }),
    audit.choices({ workspace: slug }),
    savedViews(slug, "audit"),
  ]);
  return (
    <AuditLogPage
      purpose={purpose}
      empty="Every change in this workspace is recorded here: who made it, when and from where."
      here={`/w/${slug}/audit`}
      view={view}
      page={page}
      choices={choices}
      hrefOf={(target) => thingHref(slug, target)}
      views={
        <SavedViews slug={slug} list="audit" path={`/w/${slug}/audit`} query={view.query} className="-mt-2 mb-6" />
      }
      verify={{ action: verify, values: { workspace: slug } }}
    />
  );
}
