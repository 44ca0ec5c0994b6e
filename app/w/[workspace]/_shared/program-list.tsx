import { CodeBlock } from "@/app/_ui/code-block";
import { programs } from "./programs";

type Props = {
  /** The base URL of this server's API, ending in `/v1`. */
  baseUrl: string;
  /** The key to insert into the settings; without it a placeholder is shown. */
  secret?: string;
};

/** Lists the settings for each program. The entries open without JavaScript. */
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
