import type { Route } from "next";
import Link from "next/link";

const tabs = [
  { name: "Models", path: "" },
  { name: "Routes", path: "/routes" },
  { name: "Fine-tuning jobs", path: "/jobs" },
  { name: "Batches", path: "/batches" },
  { name: "Files", path: "/files" },
  { name: "Playground", path: "/playground" },
] as const;

/** Shows what there is besides the models themselves: the pages of this part of the workspace. */
export function ModelTabs({ slug, current }: { slug: string; current: (typeof tabs)[number]["name"] }) {
  return (
    <nav aria-label="Models" className="-mx-1 mb-6 flex gap-1 overflow-x-auto border-hairline border-b px-1">
      {tabs.map(({ name, path }) => (
        <Link
          key={name}
          href={`/w/${slug}/models${path}` as Route}
          aria-current={name === current ? "page" : undefined}
          className="-mb-px whitespace-nowrap border-transparent border-b-2 px-3 py-2 text-ink-soft hover:text-ink aria-[current]:border-accent aria-[current]:font-medium aria-[current]:text-ink"
        >
          {name}
        </Link>
      ))}
    </nav>
  );
}
