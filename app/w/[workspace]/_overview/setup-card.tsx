import type { Route } from "next";
import { Card } from "@/app/_ui/card";
import { Form, SubmitButton } from "@/app/_ui/form";
import { Glyph } from "@/app/_ui/glyph";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Link } from "@/app/_ui/link";
import type { Outputs } from "@/server/composition/outputs";
import { hideSetup } from "./actions";

type Steps = Outputs["workspaces"]["overview"]["setup"];

const texts: Record<Steps[number]["step"], { title: string; text: string; page: string }> = {
  invite: {
    title: "Invite a colleague",
    text: "Members have a role and see the workspace's models and keys.",
    page: "/members?dialog=invite",
  },
  key: {
    title: "Create an API key",
    text: "Programs use it to call models. Its secret is shown only once.",
    page: "/keys?dialog=create",
  },
  request: {
    title: "Make the first request",
    text: "From a terminal or a program, as shown below.",
    page: "#first-request",
  },
  limit: {
    title: "Set a limit",
    text: "What the workspace may spend in a month.",
    page: "/billing?dialog=limit",
  },
};

/**
 * Lists the first steps and marks those that are done. Steps are detected as done automatically; the person can hide
 * the card.
 */
export function SetupCard({ slug, steps, mayHide }: { slug: string; steps: Steps; mayHide: boolean }) {
  const done = steps.filter(({ isDone }) => isDone).length;
  return (
    <Card
      title="First steps"
      description={`${done} of ${steps.length} done`}
      isFlush
      action={
        mayHide && (
          <Form action={hideSetup} aria-label="Hide first steps">
            <HiddenFields values={{ workspace: slug }} />
            <SubmitButton variant="ghost" size="sm" pendingLabel="Hiding…" aria-label="Hide first steps">
              Hide
            </SubmitButton>
          </Form>
        )
      }
    >
      <ol className="grid gap-px overflow-hidden rounded-b-xl bg-hairline sm:grid-cols-2">
        {steps.map(({ step, isDone }) => {
          const { title, text, page } = texts[step];
          return (
            <li key={step} className="bg-surface last:odd:sm:col-span-2">
              <Link
                href={(page.startsWith("#") ? page : `/w/${slug}${page}`) as Route}
                className="group flex h-full items-start gap-3 px-4 py-3.5 transition-colors hover:bg-sunken/45 focus-visible:-outline-offset-2 md:px-5"
              >
                <span
                  aria-hidden="true"
                  className={`mt-0.5 grid size-5 shrink-0 place-items-center rounded-full border ${isDone ? "border-success bg-success-soft text-success" : "border-edge border-dashed"}`}
                >
                  {isDone && <Glyph name="check" className="size-3" />}
                </span>
                <span className="min-w-0 flex-1">
                  <span
                    className={`block font-medium ${isDone ? "text-ink-soft line-through decoration-hairline" : ""}`}
                  >
                    {title}
                    {isDone && <span className="sr-only"> (done)</span>}
                  </span>
                  <span className="block text-[0.8125rem] text-ink-soft">{text}</span>
                </span>
                <Glyph
                  name="right"
                  className="mt-1 size-4 shrink-0 text-ink-faint transition-transform group-hover:translate-x-0.5"
                />
              </Link>
            </li>
          );
        })}
      </ol>
    </Card>
  );
}
