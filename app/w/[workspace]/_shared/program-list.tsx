import { CodeBlock } from "@/app/_ui/code-block";
import { programs } from "./programs";

type Props = {
  /** Of this server's API, with `/v1` at its end. */
  baseUrl: string;
  /** Stands where a program's settings have the key itself; left out: a place to put it. */
  secret?: string;
};

/** Lists what to set in each program. They open without a script. */
export function ProgramList({ baseUrl, secret = "atl_…" }: Props) {
  return (
    <ul className="divide-y divide-hairline rounded-lg border border-hairline">
      {programs(baseUrl.replace(/\/v1$/, "")).map(({ name, where, key }) => {
        const code = [...where, ...key].join("\n").replace("atl_…", () => secret);
        return (
          <li key={name}>
            <details>
              <summary className="cursor-pointer px-4 py-2.5 text-[0.875rem] hover:bg-sunken/40">{name}</summary>
              <div className="px-4 pb-4">
                <CodeBlock label={name} samples={[{ label: "Settings", code }]} />
              </div>
            </details>
          </li>
        );
      })}
    </ul>
  );
}
