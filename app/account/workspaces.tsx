import { type Iconic, WorkspaceIcon } from "@/app/_shared/workspace-icon";
import { Badge } from "@/app/_ui/badge";
import { LinkButton } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { ConfirmDialog } from "@/app/_ui/confirm-dialog";
import { DialogButton } from "@/app/_ui/dialog-button";
import { EmptyState } from "@/app/_ui/empty-state";
import { FilterBar } from "@/app/_ui/filter-bar";
import { formatCountUpTo } from "@/app/_ui/format";
import { Link } from "@/app/_ui/link";
import { partsOf, withQuery } from "@/app/_ui/page-query";
import { Pager } from "@/app/_ui/pager";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { type Role, roleText } from "@/server/access/permissions";
import { mostCounted } from "@/server/workspaces/input";
import { leaveWorkspace } from "./actions";

type Row = Iconic & { kind: "personal" | "organization"; role: Role };

type Props = {
  page: { rows: Row[]; next: string | null };
  total: number;
  query: { dialog?: string; workspace?: string; q?: string; after?: string };
};

/** Draws the person's workspaces, with links to open and controls to leave them. */
export function Workspaces({ page, total, query }: Props) {
  const leaving =
    query.dialog === "leave"
      ? page.rows.find(({ slug, kind }) => slug === query.workspace && kind === "organization")
      : undefined;
  const next = page.next
    ? `${withQuery("/account", { ...partsOf(query, ["q"]), after: page.next })}#workspaces`
    : undefined;
  return (
    <>
      <Card
        id="workspaces"
        isFlush
        title="Workspaces"
        description={formatCountUpTo(total, mostCounted, "workspace")}
        footer={
          next || query.after ? (
            <Pager previousHref={query.after ? "/account#workspaces" : undefined} nextHref={next} />
          ) : undefined
        }
      >
        {(total > 1 || query.q) && (
          <FilterBar
            action="/account"
            label="Filter workspaces"
            search={{ label: "Search workspaces", value: query.q }}
          />
        )}
        {page.rows.length === 0 ? (
          <EmptyState
            title={query.q ? "No workspace found" : "You are not a member of any workspace"}
            action={query.q ? undefined : <LinkButton href="/welcome">Create or join workspace</LinkButton>}
          >
            {query.q ? `None of your workspaces is called “${query.q}”.` : "Create one, or accept an invitation."}
          </EmptyState>
        ) : (
          <Table
            label="Workspaces"
            isList
            columns={[{ label: "Workspace" }, { label: "Role" }, { label: "Actions", isLabelHidden: true }]}
          >
            {page.rows.map((workspace) => (
              <TableRow key={workspace.slug}>
                <TableCell kind="primary">
                  <span className="inline-flex min-w-0 items-center gap-2.5">
                    <WorkspaceIcon workspace={workspace} size="sm" />
                    <Link
                      href={`/w/${workspace.slug}`}
                      className="wrap-anywhere font-medium underline-offset-2 hover:underline"
                    >
                      {workspace.name}
                    </Link>
                  </span>
                </TableCell>
                <TableCell label="Role" isGlance>
                  {workspace.kind === "personal" ? <Badge>Personal</Badge> : roleText[workspace.role].name}
                </TableCell>
                <TableCell kind="actions">
                  {workspace.kind === "organization" && (
                    <DialogButton
                      size="sm"
                      aria-label={`Leave ${workspace.name}`}
                      dialog={`leave-${workspace.slug}`}
                      href={`/account?dialog=leave&workspace=${workspace.slug}`}
                    >
                      Leave
                    </DialogButton>
                  )}
                </TableCell>
              </TableRow>
            ))}
          </Table>
        )}
      </Card>
      {leaving && (
        <ConfirmDialog
          id={`leave-${leaving.slug}`}
          open
          title={`Leave ${leaving.name}?`}
          description="You lose access at once, and need an invitation to come back."
          closeHref="/account"
          action={leaveWorkspace}
          fields={{ workspace: leaving.slug }}
          submitLabel="Leave workspace"
          pendingLabel="Leaving…"
        />
      )}
    </>
  );
}
