import type { Metadata } from "next";
import { LinkButton } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { TextField } from "@/app/_ui/field";
import { Form, SubmitButton } from "@/app/_ui/form";
import { formatCount } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { PageHeader } from "@/app/_ui/page-header";
import { api } from "@/server/composition/caller";
import { manyWorkspaces } from "@/server/instance/workspaces/input";
import { setStates } from "../../actions";

export const metadata: Metadata = { title: "Several workspaces" };

const here = "/instance/workspaces";

type Props = { searchParams: Promise<{ slugs?: string | string[]; change?: string | string[] }> };

/** Shows the effects in the selected workspaces, and the form that suspends or resumes them. */
export default async function SeveralWorkspaces({ searchParams }: Props) {
  const { slugs = [], change } = await searchParams;
  const isResume = change === "resume";
  const asked = manyWorkspaces.safeParse({ slugs });
  const { instance } = await api();
  // A frame that the browser already has is not rendered again, so each page checks the access itself.
  await instance.enter();
  const rows = asked.success ? await instance.manyAtStake({ slugs: asked.data.slugs }) : [];
  const changed = rows.filter(({ suspendedAt }) => (suspendedAt !== null) === isResume);
  const verb = isResume ? "Resume" : "Suspend";
  return (
    <>
      <PageHeader
        title={`${verb} several workspaces`}
        purpose={
          isResume
            ? "Their members and keys work as before."
            : "They stop until they are resumed. Their members can still view them, and see your reason."
        }
        action={<LinkButton href={here}>All workspaces</LinkButton>}
      />
      {changed.length === 0 ? (
        <Card>
          <EmptyState title="Nothing to do" action={<LinkButton href={here}>Choose workspaces</LinkButton>}>
            {rows.length === 0
              ? "Select workspaces in the list first, at most 50."
              : `All of them are ${isResume ? "active" : "suspended"} already.`}
          </EmptyState>
        </Card>
      ) : (
        <Card
          title={formatCount(changed.length, "workspace")}
          {...(isResume ? {} : { tone: "danger" as const })}
          description={isResume ? undefined : "What stops in each, within seconds."}
        >
          <Form action={setStates}>
            {changed.map(({ slug }) => (
              <HiddenFields key={slug} values={{ slugs: slug }} />
            ))}
            <HiddenFields values={{ change: isResume ? "resume" : "suspend" }} />
            <ul className="flex list-disc flex-col gap-1 ps-5">
              {changed.map(({ slug, name, keys, requests, jobs }) => (
                <li key={slug} className="wrap-anywhere">
                  {name}
                  {!isResume && (
                    <span className="text-ink-soft">
                      : {formatCount(keys, "key")}, {formatCount(requests, "request")} since the last full hour began,{" "}
                      {formatCount(jobs, "running fine-tuning job")}
                    </span>
                  )}
                </li>
              ))}
            </ul>
            {!isResume && (
              <TextField
                label="Reason"
                name="reason"
                optional
                maxLength={200}
                autoComplete="off"
                hint="Shown to their members."
              />
            )}
            <div>
              <SubmitButton variant={isResume ? "primary" : "danger"} pendingLabel="Working…">
                {`${verb} ${formatCount(changed.length, "workspace")}`}
              </SubmitButton>
            </div>
          </Form>
        </Card>
      )}
    </>
  );
}
