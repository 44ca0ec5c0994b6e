import { asc } from "drizzle-orm";
import { transaction } from "@/db/client";
import { modelPrices } from "@/db/schema/prices";
import type { PriceSetting } from "@/server/platform/settings/prices";

/** Reads all prices that operators have set, by model and then by day. */
export async function readPrices(): Promise<PriceSetting[]> {
  const rows = await transaction("read", {}, (db) =>
    db
      .select({
        model: modelPrices.model,
        from: modelPrices.validFrom,
        inputPrice: modelPrices.inputPrice,
        outputPrice: modelPrices.outputPrice,
        trainingPrice: modelPrices.trainingPrice,
        batchFactor: modelPrices.batchFactor,
        classPrices: modelPrices.classPrices,
      })
      .from(modelPrices)
      .orderBy(asc(modelPrices.model), asc(modelPrices.validFrom)),
  );
  return rows.map(({ trainingPrice, batchFactor, classPrices, ...row }) => ({
    ...row,
    ...(batchFactor !== null && { batchFactor }),
    ...(trainingPrice !== null && { trainingPrice }),
    ...(classPrices !== null && { classPrices }),
  }));
}
