import type { Route } from "next";
import { Card } from "@/app/_ui/card";
import { DialogButton } from "@/app/_ui/dialog-button";
import { Link } from "@/app/_ui/link";
import { RelativeTime } from "@/app/_ui/time";
import { modelHref } from "@/app/w/[workspace]/_shared/model-href";
import { abilitiesOf } from "@/app/w/[workspace]/models/_list/base-table";
import { kindNames } from "@/app/w/[workspace]/models/_list/kind-names";
import { context, price } from "@/app/w/[workspace]/models/_list/model-figures";

type Props = {
  slug: string;
  here: string;
  changeReason: string | undefined;
  model: {
    id: string;
    kind: "own" | "shared" | "base";
    origin: "fine-tuned" | "registered" | null;
    description: string;
    base: string | null;
    sharedBy: string | null;
    endsAt: Date | null;
    maker: string | null;
    createdAt: Date | null;
    contextLength: number | null;
    capabilities: Record<string, boolean | undefined>;
    inputPrice: number;
    outputPrice: number;
    currency: string;
  };
};

/** Shows what a model is, and how its description is changed. */
export function FactsCard({ slug, here, changeReason, model }: Props) {
  const { kind, origin, base } = model;
  return (
    <Card
      title="About it"
      description={<span className="whitespace-pre-line wrap-anywhere">{model.description || "No description."}</span>}
      action={
        kind === "own" ? (
          <DialogButton
            size="sm"
            dialog={`edit-${model.id}`}
            href={`${here}?dialog=edit`}
            disabledReason={changeReason}
          >
            Edit
          </DialogButton>
        ) : undefined
      }
    >
      <dl className="grid grid-cols-2 gap-x-8 gap-y-3 lg:grid-cols-3">
        <Fact label="Kind">{kind === "own" && origin ? kindNames[origin] : kind === "shared" ? "Shared" : "Base"}</Fact>
        {base && (
          <Fact label="Made from">
            <Link href={modelHref(slug, base) as Route} className="underline underline-offset-3">
              {base}
            </Link>
          </Fact>
        )}
        {kind === "own" && <Fact label="Maker">{model.maker ?? "A program"}</Fact>}
        {model.sharedBy && <Fact label="Shared by">{model.sharedBy}</Fact>}
        {model.sharedBy && (
          <Fact label="Shared until">
            <RelativeTime date={model.endsAt} never="it is ended" />
          </Fact>
        )}
        {model.createdAt && (
          <Fact label="Made">
            <RelativeTime date={model.createdAt} />
          </Fact>
        )}
        <Fact label="Context">
          {model.contextLength === null ? "Not stated" : `${context(model.contextLength)} tokens`}
        </Fact>
        <Fact label="Can">{abilitiesOf(model.capabilities)}</Fact>
        <Fact label="Price per million tokens">{price(model, model.currency)}</Fact>
      </dl>
    </Card>
  );
}

function Fact({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-[0.8125rem] text-ink-faint">{label}</dt>
      <dd className="figures mt-0.5 wrap-anywhere">{children}</dd>
    </div>
  );
}
