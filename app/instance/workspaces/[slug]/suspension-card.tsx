"use client";

import { Card } from "@/app/_ui/card";
import { TextField } from "@/app/_ui/field";
import { Form, SubmitButton } from "@/app/_ui/form";
import { formatCount, formatExact } from "@/app/_ui/format";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Notice } from "@/app/_ui/notice";
import { resumeWorkspace, suspendWorkspace } from "../../actions";

/** Draws the form that suspends a workspace and lists the effects, or the one that resumes it. */
export function SuspensionCard({
  slug,
  suspendedAt,
  reason,
  atStake: { keys, requests, jobs },
}: {
  slug: string;
  suspendedAt: Date | null;
  reason: string | null;
  atStake: { keys: number; requests: number; jobs: number };
}) {
  if (suspendedAt)
    return (
      <Card
        id="suspend"
        title="Suspended"
        description={`Since ${formatExact(suspendedAt)}. Requests with its ${formatCount(keys, "key")} are refused, and nothing in it can be changed.`}
      >
        <Form action={resumeWorkspace}>
          <HiddenFields values={{ slug }} />
          {reason && <p>The reason its members see: “{reason}”</p>}
          <div>
            <SubmitButton pendingLabel="Resuming…">Resume workspace</SubmitButton>
          </div>
        </Form>
      </Card>
    );
  return (
    <Card
      id="suspend"
      title="Suspend"
      tone="danger"
      description="Stops the workspace until it is resumed. Its members can still view it, and see your reason."
    >
      <Form action={suspendWorkspace}>
        <HiddenFields values={{ slug }} />
        <Notice tone="warning" role="note" title="What stops">
          <ul className="list-disc ps-5">
            <li>
              {formatCount(keys, "key")}, with {formatCount(requests, "request")} since the last full hour began;
              requests in progress end within seconds
            </li>
            <li>changes to members, keys, limits and files, and new fine-tuning jobs</li>
            <li>
              {jobs === 0
                ? "no fine-tuning job is running"
                : `${formatCount(jobs, "running fine-tuning job")} will finish, and no other can start`}
            </li>
          </ul>
        </Notice>
        <TextField
          label="Reason"
          name="reason"
          optional
          maxLength={200}
          autoComplete="off"
          hint="Shown to its members."
        />
        <div>
          <SubmitButton variant="danger" pendingLabel="Suspending…">
            Suspend workspace
          </SubmitButton>
        </div>
      </Form>
    </Card>
  );
}
