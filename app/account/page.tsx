import type { Metadata } from "next";
import Link from "next/link";
import { Badge } from "@/app/_ui/badge";
import { LinkButton } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { CloseDialogButton, Dialog, DialogActions } from "@/app/_ui/dialog";
import { DialogButton } from "@/app/_ui/dialog-button";
import { EmptyState } from "@/app/_ui/empty-state";
import { TextField } from "@/app/_ui/field";
import { Flash } from "@/app/_ui/flash";
import { Form, SubmitButton } from "@/app/_ui/form";
import { formatCount } from "@/app/_ui/format";
import { Wordmark } from "@/app/_ui/mark";
import { Notice } from "@/app/_ui/notice";
import { PageHeader } from "@/app/_ui/page-header";
import { Pager } from "@/app/_ui/pager";
import { SearchBox } from "@/app/_ui/search-box";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { ThemeSwitch } from "@/app/_ui/theme-switch";
import { RelativeTime } from "@/app/_ui/time";
import { roleText } from "@/server/access/permissions";
import { api } from "@/server/api/caller";
import { leaveWorkspace, signOutElsewhere, updateProfile } from "./actions";
import { DeleteAccount } from "./delete-account";
import { Providers } from "./providers";

export const metadata: Metadata = { title: "Account settings" };

type Props = {
  searchParams: Promise<{ dialog?: string; workspace?: string; done?: string; q?: string; after?: string }>;
};

export default async function Account({ searchParams }: Props) {
  const query = await searchParams;
  const { account, workspaces } = await api();
  const [person, providers, sessions, mine, recent, plan] = await Promise.all([
    account.get(),
    account.providers(),
    account.sessions(),
    workspaces.list({ ...(query.q ? { search: query.q } : {}), ...(query.after ? { after: query.after } : {}) }),
    workspaces.recent(),
    query.dialog === "delete" ? account.deletionPlan() : null,
  ]);
  const leaving =
    query.dialog === "leave"
      ? mine.rows.find(({ slug, kind }) => slug === query.workspace && kind === "organization")
      : undefined;
  const next = mine.next
    ? `/account?${new URLSearchParams({ ...(query.q ? { q: query.q } : {}), after: mine.next })}#workspaces`
    : undefined;
  return (
    <main id="content" className="mx-auto w-full max-w-200 p-6 md:p-10">
      <div className="mb-10 flex items-center justify-between gap-4">
        <Link href="/" aria-label="Atelier, home">
          <Wordmark />
        </Link>
        <LinkButton href="/" variant="ghost">
          Back to Atelier
        </LinkButton>
      </div>
      <Flash message={query.done === "left" ? "You left the workspace." : undefined} />
      {query.done === "not-linked" && (
        <Notice tone="warning" className="mb-6">
          The provider could not be linked. Somebody else here may have linked the same account.
        </Notice>
      )}
      <PageHeader title="Account settings" purpose={`You are signed in as ${person.email}.`} />
      <div className="flex flex-col gap-6">
        <Card title="Profile" description="What others see in the workspaces you share.">
          <Form action={updateProfile}>
            <TextField
              label="Your name"
              name="name"
              defaultValue={person.name}
              maxLength={60}
              autoComplete="name"
              required
            />
            <div>
              <SubmitButton pendingLabel="Saving…">Save</SubmitButton>
            </div>
          </Form>
        </Card>

        <Card title="Appearance" description="For this browser." action={<ThemeSwitch />} />

        <Card
          id="workspaces"
          isFlush
          title="Workspaces"
          description={formatCount(recent.total, "workspace")}
          action={<SearchBox label="Search workspaces" action="/account" defaultValue={query.q ?? ""} />}
          footer={
            next || query.after ? (
              <Pager previousHref={query.after ? "/account#workspaces" : undefined} nextHref={next} />
            ) : undefined
          }
        >
          {mine.rows.length === 0 ? (
            <EmptyState
              title={query.q ? "No workspace found" : "You are in no workspace"}
              action={query.q ? undefined : <LinkButton href="/welcome">Create or join workspace</LinkButton>}
            >
              {query.q ? `None of your workspaces is called “${query.q}”.` : "Create one, or accept an invitation."}
            </EmptyState>
          ) : (
            <Table
              label="Workspaces"
              columns={[{ label: "Workspace" }, { label: "Role" }, { label: "Actions", isLabelHidden: true }]}
            >
              {mine.rows.map((workspace) => (
                <TableRow key={workspace.slug}>
                  <TableCell kind="primary">
                    <Link
                      href={`/w/${workspace.slug}`}
                      prefetch={false}
                      className="wrap-anywhere font-medium underline-offset-2 hover:underline"
                    >
                      {workspace.name}
                    </Link>
                  </TableCell>
                  <TableCell label="Role">
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

        {providers.length > 0 && <Providers rows={providers} />}

        <Card
          isFlush
          title="Signed-in browsers"
          description="A browser stays signed in for 7 days after it was last used, and for 30 days at most."
          action={
            sessions.length > 1 ? (
              <Form action={signOutElsewhere}>
                <SubmitButton variant="secondary" size="sm" pendingLabel="Signing out…">
                  Sign out everywhere else
                </SubmitButton>
              </Form>
            ) : undefined
          }
        >
          <Table
            label="Signed-in browsers"
            columns={[{ label: "Browser" }, { label: "Address" }, { label: "Last seen" }]}
          >
            {sessions.map((session) => (
              <TableRow key={session.id}>
                <TableCell kind="primary">
                  <span className="inline-flex flex-wrap items-center gap-2">
                    {session.browser}
                    {session.isThisOne && <Badge tone="accent">This one</Badge>}
                  </span>
                </TableCell>
                <TableCell label="Address" className="font-mono text-[0.8125rem] text-ink-soft">
                  {session.ip ?? "unknown"}
                </TableCell>
                <TableCell label="Last seen" className="text-ink-soft">
                  <RelativeTime date={session.lastSeenAt} />
                </TableCell>
              </TableRow>
            ))}
          </Table>
        </Card>

        <DeleteAccount email={person.email} plan={plan} />
      </div>
      {leaving && (
        <Dialog
          id={`leave-${leaving.slug}`}
          open
          title={`Leave ${leaving.name}?`}
          description="You lose access at once, and need an invitation to come back."
          closeHref="/account"
        >
          <Form action={leaveWorkspace}>
            <input type="hidden" name="workspace" value={leaving.slug} />
            <DialogActions>
              <CloseDialogButton>Cancel</CloseDialogButton>
              <SubmitButton variant="danger" pendingLabel="Leaving…">
                Leave workspace
              </SubmitButton>
            </DialogActions>
          </Form>
        </Dialog>
      )}
    </main>
  );
}
