"use server";

import { single } from "@/app/_ui/page-query";
import { spendingHref } from "@/app/w/[workspace]/_shared/spending-href";
import { formAction } from "@/server/composition/form-action";

const done = (what: string) => ({
  goTo: (_: unknown, { workspace, of }: Record<string, string | string[]>) =>
    spendingHref(single(workspace) ?? "", single(of) ?? "", { done: what }),
});

export const setBudget = formAction(async (api, input) => {
  await api.budgets.set(input);
}, done("set"));

export const removeBudget = formAction(async (api, input) => {
  await api.budgets.remove(input);
}, done("removed"));

export const raiseBudget = formAction((api, input) => api.budgets.raise(input), done("raised"));

export const endRaise = formAction((api, input) => api.budgets.endRaise(input), done("raise-ended"));

export const askForRaise = formAction((api, input) => api.budgets.askForRaise(input), done("asked"));
