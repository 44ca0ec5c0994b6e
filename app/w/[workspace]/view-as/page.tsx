import type { Metadata } from "next";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { Form, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Eye } from "@/app/_ui/icons";
import { PageHeader } from "@/app/_ui/page-header";
import { workspaceHere } from "@/app/w/[workspace]/_shared/workspace-here";
import { roleText } from "@/server/access/permissions";
import { viewableBy } from "@/server/access/viewing";
import { api } from "@/server/composition/caller";
import { whoMay } from "../_shared/permission";
import { startViewing } from "./actions";

export const metadata: Metadata = { title: "View as a role" };

type Props = { params: Promise<{ workspace: string }> };

export default async function ViewAs({ params }: Props) {
  const { workspace: slug } = await params;
  const { members } = await api();
  const { role, permissions, isViewedAs } = await workspaceHere(slug);
  const mayView = permissions.includes("member:manage");
  const reason = isViewedAs
    ? "You are already viewing it as another role. Stop that first."
    : whoMay("member:manage", mayView ? [] : await members.admins({ workspace: slug }));
  return (
    <>
      <PageHeader
        title="View as a role"
        purpose="See the console as a member with another role sees it, for an hour or until you stop. Nothing can be changed in that view."
      />
      <Card isFlush>
        {mayView ? (
          <ul className="divide-y divide-hairline">
            {viewableBy(role).map((other) => (
              <li key={other} className="flex flex-wrap items-center justify-between gap-3 px-4 py-4 md:px-5">
                <div className="min-w-0">
                  <p className="font-medium">{roleText[other].name}</p>
                  <p className="text-ink-soft">{roleText[other].purpose}</p>
                </div>
                <Form action={startViewing}>
                  <HiddenFields values={{ workspace: slug, role: other }} />
                  <SubmitButton variant="secondary">View as {roleText[other].name}</SubmitButton>
                </Form>
              </li>
            ))}
          </ul>
        ) : (
          <EmptyState icon={<Eye />} title="Not in your view">
            {reason}
          </EmptyState>
        )}
      </Card>
    </>
  );
}
