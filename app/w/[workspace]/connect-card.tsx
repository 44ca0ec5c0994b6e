import { Card } from "@/app/_ui/card";
import { CodeBlock } from "@/app/_ui/code-block";
import { programs } from "./_shared/programs";

/** Draws what to set in each program, with this server's address. They open without a script. */
export function ConnectCard({ baseUrl }: { baseUrl: string }) {
  return (
    <Card title="Connect a program" description="What to set in it. Put your key, and a model's id, where it says so.">
      <ul className="divide-y divide-hairline rounded-lg border border-hairline">
        {programs(baseUrl.replace(/\/v1$/, "")).map(({ name, where, key }) => (
          <li key={name}>
            <details>
              <summary className="cursor-pointer px-4 py-2.5 text-[0.875rem] hover:bg-sunken/40">{name}</summary>
              <div className="px-4 pb-4">
                <CodeBlock label={name} samples={[{ label: "Settings", code: [...where, ...key].join("\n") }]} />
              </div>
            </details>
          </li>
        ))}
      </ul>
    </Card>
  );
}
