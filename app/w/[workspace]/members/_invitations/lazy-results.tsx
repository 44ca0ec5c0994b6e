"use client";

import { lazy } from "react";
import { FormDone } from "@/app/_ui/form";

const LazyResults = lazy(async () => ({ default: (await import("./invitation-results")).InvitationResults }));

/** Loads `InvitationResults` with the first answer, because most visitors of the page do not invite. */
export const InvitationResults = ({ slug }: { slug: string }) => (
  <FormDone>
    <LazyResults slug={slug} />
  </FormDone>
);
