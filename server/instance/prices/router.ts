import { instanceLog } from "@/db/client";
import { instanceProcedure, instanceStepsProcedure } from "@/server/api/instance-procedures";
import { noInput, refusing } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import { env } from "@/server/platform/env";
import { type PriceSetting, priceEntry, priceOfEntry } from "@/server/platform/settings/prices";
import { parseMoney } from "@/server/usage/money";
import { currency, priceOf, listPrices as pricesInForce } from "@/server/usage/prices";
import { hardware, listPrices, onePrice, priceList, setPrice } from "./input";
import { hardwareCost, planOf } from "./plan";
import * as prices from "./queries";
import { readList, UnreadableList } from "./read-list";
import { unpricedModels } from "./unpriced";
import { writeList } from "./write-list";

/** The most stored prices. */
const most = 50_000;
/** The most changes and invalid entries that a preview shows. */
const mostShown = 200;

/** Procedures for the operators' prices of models. */
export const instancePricesRouter = t.router({
  /**
   * Returns the stored prices, and the variable that overrides them with its prices; without stored prices, the
   * built-in ones that apply. Money is in micro-units per million tokens or units.
   */
  prices: instanceProcedure(listPrices).query(async ({ ctx, input: { search } }) => {
    const { pricesSetBy, prices: others } = env();
    const found = await prices.list(ctx.db, search ?? "");
    const held = new Set(others);
    const inForce = pricesInForce().filter((price) => held.has(price));
    const text = (search ?? "").toLowerCase();
    return {
      ...{ currency: currency(), today: new Date().toISOString().slice(0, 10), setBy: pricesSetBy },
      ...found,
      environment: inForce.filter(({ model }) => model.toLowerCase().includes(text)).slice(0, prices.mostShown),
    };
  }),

  /**
   * Returns the models of the instance's servers without a price today, by id; null while no server has listed its
   * models.
   */
  unpricedModels: instanceStepsProcedure(noInput).query(async ({ ctx }) => {
    await ctx.step("read", async () => {});
    return unpricedModels();
  }),

  /**
   * Sets a model's price from a day on, in place of the one for that day. Ledger lines keep their price. Refuses
   * `sign_in_again`.
   */
  setPrice: refusing(["too_many_prices"], instanceProcedure(setPrice, "today")).mutation(async ({ ctx, input }) => {
    const typed = Object.fromEntries(Object.entries(input).filter(([, text]) => text !== ""));
    const after = priceOfEntry(priceEntry.parse(typed));
    await prices.lockPrices(ctx.db);
    const before = (await prices.findMany(ctx.db, [after])).get(`${after.model} ${after.from}`);
    if (!before && (await prices.total(ctx.db)) >= most) throw refuse("too_many_prices");
    await prices.setMany(ctx.db, [after]);
    await audit.record(ctx.db, instanceLog, ctx, {
      ...{ action: "price.set", target: { type: "price", id: after.model } },
      ...(before && { before: detailsOf(before) }),
      after: detailsOf(after),
    });
  }),

  /** Deletes a price of a model, so that the earlier one applies again. Refuses `not_found`, `sign_in_again`. */
  removePrice: refusing(["not_found"], instanceProcedure(onePrice, "today")).mutation(async ({ ctx, input }) => {
    if (!(await prices.remove(ctx.db, input.model, input.from))) throw refuse("not_found");
    await audit.record(ctx.db, instanceLog, ctx, {
      ...{ action: "price.removed", target: { type: "price", id: input.model } },
      before: { from: input.from },
    });
  }),

  /**
   * Returns the changes that a list of prices would make, and its invalid entries; `good` is a list with only the
   * changes. Changes nothing.
   */
  previewPrices: instanceProcedure(priceList).query(async ({ ctx, input: { list, from, rate } }) => {
    const read = readOrRefuse(list, from, rate);
    const plan = planOf(read.prices, await prices.findMany(ctx.db, read.prices));
    return {
      ...plan,
      ...{ currency: currency(), unpriced: read.unpriced, changes: plan.changes.slice(0, mostShown) },
      ...{ badCount: read.bad.length, bad: read.bad.slice(0, mostShown) },
      good: writeList(plan.changes.map(({ after }) => after)),
    };
  }),

  /**
   * Imports a list of prices: all of it, or with `isPartial` all valid entries. Refuses `prices_unreadable`,
   * `too_many_prices`, `sign_in_again`.
   */
  importPrices: refusing(["prices_unreadable", "too_many_prices"], instanceProcedure(priceList, "today")).mutation(
    async ({ ctx, input: { list, from, rate, isPartial } }) => {
      const read = readOrRefuse(list, from, rate);
      if (read.bad.length > 0 && !isPartial) throw refuse("prices_unreadable");
      await prices.lockPrices(ctx.db);
      const plan = planOf(read.prices, await prices.findMany(ctx.db, read.prices));
      if ((await prices.total(ctx.db)) + plan.added > most) throw refuse("too_many_prices");
      if (plan.changes.length > 0)
        await prices.setMany(
          ctx.db,
          plan.changes.map(({ after }) => after),
        );
      const { added, changed } = plan;
      await audit.record(ctx.db, instanceLog, ctx, {
        ...{ action: "prices.imported", target: { type: "instance", id: "prices" } },
        after: { added, changed, leftOut: read.bad.length },
      });
      return { added, changed, leftOut: read.bad.length };
    },
  ),

  /**
   * Returns the cost of a million tokens of a base model on one's own hardware: the cost of the hours of the last days
   * in which the model was used, divided by its tokens. Also returns the cost of the idle hours and the model's current
   * price.
   */
  hardwareCost: instanceProcedure(hardware).query(async ({ ctx, input: { model, hourly, days } }) => {
    const parsed = parseMoney(hourly);
    if ("error" in parsed) throw refuse("invalid_input", { hourly: parsed.error });
    const { promptTokens, completionTokens, hours } = await prices.measured(ctx.db, model, Number(days));
    const tokens = promptTokens + completionTokens;
    const { inputPrice, outputPrice } = priceOf(model);
    return {
      ...{ currency: currency(), today: new Date().toISOString().slice(0, 10), now: { inputPrice, outputPrice } },
      ...hardwareCost(parsed.micro, { tokens, hours, days: Number(days) }),
    };
  }),
});

function readOrRefuse(list: string, from: string, rate: number) {
  try {
    return readList(list, from, rate);
  } catch (error) {
    if (error instanceof UnreadableList) throw refuse("invalid_input", { list: error.message });
    throw error;
  }
}

const detailsOf = ({ model: _, ...price }: PriceSetting) => price;
