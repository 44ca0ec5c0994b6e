import { KeyRound, Plus } from "lucide-react";
import type { Metadata } from "next";
import { Card } from "@/app/_ui/card";
import { DialogButton } from "@/app/_ui/dialog-button";
import { EmptyState } from "@/app/_ui/empty-state";
import { Flash } from "@/app/_ui/flash";
import { formatCount } from "@/app/_ui/format";
import { PageHeader } from "@/app/_ui/page-header";
import { Pager } from "@/app/_ui/pager";
import { SearchBox } from "@/app/_ui/search-box";
import { api } from "@/server/api/caller";
import { type ListQuery, listHref, listInput } from "../list-query";
import { whoMay } from "../permission";
import { CreateKeyDialog } from "./create-key-dialog";
import { KeysTable } from "./keys-table";
import { RevokeDialog } from "./revoke-dialog";

export const metadata: Metadata = { title: "API Keys" };

const news: Record<string, string> = { revoked: "Key revoked. It no longer works." };

type Props = {
  params: Promise<{ workspace: string }>;
  searchParams: Promise<ListQuery & { dialog?: string; done?: string; key?: string }>;
};

export default async function Keys({ params, searchParams }: Props) {
  const [{ workspace: slug }, query] = await Promise.all([params, searchParams]);
  const { workspaces, members, keys } = await api();
  const [workspace, page] = await Promise.all([
    workspaces.get({ workspace: slug }),
    keys.list({ workspace: slug, ...listInput(query) }),
  ]);
  const mayCreate = workspace.permissions.includes("key:create");
  const mayRevokeAny = workspace.permissions.includes("key:manage-any");
  const admins = mayCreate && mayRevokeAny ? [] : await members.admins({ workspace: slug });
  const here = `/w/${slug}/keys`;
  const create = (
    <DialogButton
      variant="primary"
      icon={<Plus aria-hidden="true" />}
      dialog="create"
      href={`${here}?dialog=create`}
      disabledReason={mayCreate ? undefined : whoMay("key:create", admins)}
    >
      Create new key
    </DialogButton>
  );
  return (
    <>
      <Flash message={news[query.done ?? ""]} />
      <PageHeader
        title="API Keys"
        purpose="Programs use this workspace's models with a key. Keys belong to the workspace, and stay when whoever made them leaves."
        action={create}
      />
      <Card
        isFlush
        title="Keys"
        description={formatCount(page.total, "key")}
        action={<SearchBox label="Search keys" action={here} defaultValue={query.q ?? ""} />}
        footer={
          <Pager
            previousHref={listHref(here, query, "before", page.previous)}
            nextHref={listHref(here, query, "after", page.next)}
          />
        }
      >
        {page.rows.length > 0 ? (
          <KeysTable rows={page.rows} here={here} reason={whoMay("key:manage-any", admins)} />
        ) : query.q ? (
          <EmptyState title="No key found">No key's name contains “{query.q}”.</EmptyState>
        ) : (
          <EmptyState icon={<KeyRound />} title="No keys yet">
            {mayCreate
              ? "Create one with the button above. Its secret is shown once, when it is made."
              : "Nobody has made a key in this workspace."}
          </EmptyState>
        )}
      </Card>
      {mayCreate && <CreateKeyDialog slug={slug} here={here} isOpen={query.dialog === "create"} />}
      {query.dialog === "revoke" && (
        <RevokeDialog
          slug={slug}
          here={here}
          row={page.rows.find(({ id, mayManage }) => mayManage && id === query.key)}
        />
      )}
    </>
  );
}
