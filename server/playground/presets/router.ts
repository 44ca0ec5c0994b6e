import type { Db } from "@/db/client";
import { lockWorkspaceAndRecheckRole } from "@/server/api/lock-workspace";
import { showingContents, workspaceProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import {
  createPreset,
  listPresets,
  mostCharacters,
  mostPresets,
  removePreset,
  type SentPreset,
  updatePreset,
} from "./input";
import * as presets from "./queries";
import { toolsProblem } from "./tools";

export const presetsRouter = t.router({
  /** Returns the workspace's presets of the playground. */
  presets: showingContents(workspaceProcedure("model:read", listPresets)).query(({ ctx }) =>
    presets.list(ctx.db, ctx.workspace.workspaceId),
  ),

  /**
   * Saves settings under a name. Refuses `invalid_input` for a name that is taken, for invalid tools, and for one
   * preset too many.
   */
  createPreset: workspaceProcedure("model:use", createPreset, "any").mutation(async ({ ctx, input }) => {
    const { workspaceId } = ctx.workspace;
    const preset = presetIn(input);
    await lockWorkspaceAndRecheckRole(ctx);
    await refuseTooMuch(ctx.db, workspaceId, preset);
    const id = await presets.add(ctx.db, workspaceId, preset, ctx.person.id);
    if (id === undefined) throw nameTaken();
    await audit.record(ctx.db, workspaceId, ctx, {
      action: "preset.created",
      target: { type: "preset", id },
      after: detailsOf(preset),
    });
    return { id };
  }),

  /** Changes a preset. Refuses `not_found`, and `invalid_input` as `createPreset` does. */
  updatePreset: workspaceProcedure("model:use", updatePreset, "any").mutation(
    async ({ ctx, input: { presetId, ...sent } }) => {
      const { workspaceId } = ctx.workspace;
      const preset = presetIn(sent);
      // Names are compared under the lock, as when a preset is added.
      await lockWorkspaceAndRecheckRole(ctx);
      const before = await held(ctx.db, workspaceId, presetId);
      if (await presets.isTaken(ctx.db, workspaceId, presetId, preset.name)) throw nameTaken();
      await refuseTooMuch(ctx.db, workspaceId, preset, presetId);
      await presets.update(ctx.db, workspaceId, presetId, preset, ctx.person.id);
      await audit.record(ctx.db, workspaceId, ctx, {
        action: "preset.updated",
        target: { type: "preset", id: presetId },
        before: detailsOf(before),
        after: detailsOf(preset),
      });
      return { id: presetId };
    },
  ),

  /** Deletes a preset. Refuses `not_found`. */
  removePreset: workspaceProcedure("model:use", removePreset, "any").mutation(async ({ ctx, input }) => {
    const { workspaceId } = ctx.workspace;
    const before = await held(ctx.db, workspaceId, input.presetId);
    await presets.remove(ctx.db, workspaceId, input.presetId);
    await audit.record(ctx.db, workspaceId, ctx, {
      action: "preset.deleted",
      target: { type: "preset", id: input.presetId },
      before: detailsOf(before),
    });
  }),
});

/** Refuses presets that are too long together, because each page of the playground contains all of them. */
async function refuseTooMuch(db: Db, workspaceId: string, { instructions, tools }: presets.Preset, besides?: string) {
  const others = await presets.size(db, workspaceId, besides);
  if (others.presets >= mostPresets)
    throw refuse("invalid_input", { name: `A workspace has at most ${mostPresets} presets.` });
  if (others.characters + instructions.length + tools.length > mostCharacters)
    throw refuse("invalid_input", {
      name: "The presets of a workspace have at most 300,000 characters together. Delete or shorten some.",
    });
}

const nameTaken = () => refuse("invalid_input", { name: "There is a preset of this name." });

async function held(db: Db, workspaceId: string, id: string): Promise<presets.Preset> {
  const found = await presets.hold(db, workspaceId, id);
  if (!found) throw refuse("not_found");
  return found;
}

function presetIn({ name, instructions, tools, temperature, topP, maxTokens, isJson }: SentPreset): presets.Preset {
  const problem = toolsProblem(tools);
  if (problem) throw refuse("invalid_input", { tools: problem });
  const parameters = {
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
    ...(maxTokens === undefined ? {} : { maxTokens }),
    ...(isJson ? { isJson } : {}),
  };
  return { name, instructions: instructions.trim(), tools: tools.trim(), parameters };
}

/** Returns the details for the audit log, without the instructions, which can be long and about anything. */
function detailsOf({ name, instructions, tools }: presets.Preset) {
  return { name, characters: instructions.length, hasTools: tools !== "" };
}
