import { randomBytes } from "node:crypto";
import { z } from "zod";
import { charge } from "@/server/api/charge";
import { refusing, workspaceProcedure, workspaceStepsProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import { limits } from "@/server/platform/throttling/limits";
import { unacceptable } from "./acceptable";
import { addDomain, oneDomain, setDomainMode } from "./input";
import * as domains from "./queries";
import { lookUp, recordName, recordValue } from "./resolver";

export const domainsRouter = t.router({
  /**
   * Returns the workspace's domains, each with the TXT record that proves it, and whether another workspace has proved
   * it.
   */
  list: workspaceProcedure("domain:manage", z.strictObject({})).query(async ({ ctx }) => {
    const rows = await domains.list(ctx.db, ctx.workspace.workspaceId);
    const shown = [];
    for (const { challenge, ...row } of rows) {
      const isOvertaken =
        row.proof === "address" && (await domains.isProvedElsewhere(ctx.db, ctx.workspace.workspaceId, row.domain));
      shown.push({ ...row, isOvertaken, record: { name: recordName(row.domain), value: recordValue(challenge) } });
    }
    return shown;
  }),

  /**
   * Adds a domain. People can ask to join at once if the Admin's own verified address is at the domain and no workspace
   * has proved it with a record; everything else requires the TXT record. Refuses `domain_consumer`,
   * `domain_public_suffix`, `domain_exists`.
   */
  add: refusing(
    ["domain_consumer", "domain_public_suffix", "domain_exists", "personal_workspace"],
    workspaceProcedure("domain:manage", addDomain, "recent"),
  ).mutation(async ({ ctx, input }) => {
    const { workspaceId, kind } = ctx.workspace;
    if (kind === "personal") throw refuse("personal_workspace");
    const reason = unacceptable(input.domain);
    if (reason) throw refuse(reason, { domain: sentences[reason] });
    if ((await domains.list(ctx.db, workspaceId)).length >= domains.domainLimit) throw refuse("too_many_domains");
    const isTheirs = input.mode === "request" && ctx.person.isVerified && ctx.person.email.endsWith(`@${input.domain}`);
    const isProved = isTheirs && !(await domains.isProvedElsewhere(ctx.db, workspaceId, input.domain));
    const isAdded = await domains.add(ctx.db, workspaceId, {
      ...input,
      proof: isProved ? "address" : "dns",
      status: isProved ? "verified" : "pending",
      challenge: randomBytes(20).toString("hex"),
      createdBy: ctx.person.id,
    });
    if (!isAdded) throw refuse("domain_exists", { domain: "This workspace has this domain already." });
    await audit.record(ctx.db, workspaceId, ctx, {
      action: "domain.added",
      target: { type: "domain", id: input.domain },
      after: { mode: input.mode, isVerified: isProved },
    });
    return { isVerified: isProved };
  }),

  /** Looks up the TXT record now. Refuses `domain_record_missing`, `domain_dns_unreachable`. */
  check: refusing(
    ["domain_record_missing", "domain_dns_unreachable"],
    workspaceStepsProcedure("domain:manage", oneDomain, "recent"),
  ).mutation(async ({ ctx, input }) => {
    const domain = await ctx.step("write", async (db, { workspaceId }) => {
      await charge(db, limits.domainChecksPerWorkspace, workspaceId);
      return domains.find(db, workspaceId, input.domainId);
    });
    if (!domain) throw refuse("not_found");
    const found = await lookUp(domain.domain, domain.challenge);
    if (found === "unreachable") throw refuse("domain_dns_unreachable");
    await ctx.step("write", async (db, { workspaceId }) => {
      if (found === "missing") return domains.noteChecked(db, workspaceId, input.domainId);
      if (!(await domains.verify(db, workspaceId, input.domainId))) throw refuse("not_found");
      await audit.record(db, workspaceId, ctx, {
        action: "domain.verified",
        target: { type: "domain", id: domain.domain },
        after: { proof: "dns" },
      });
    });
    if (found === "missing") throw refuse("domain_record_missing");
    return { domain: domain.domain };
  }),

  /** Changes what people with an address at a domain may do. Refuses `domain_needs_record`. */
  setMode: refusing(["domain_needs_record"], workspaceProcedure("domain:manage", setDomainMode, "recent")).mutation(
    async ({ ctx, input }) => {
      const { workspaceId } = ctx.workspace;
      const domain = await domains.find(ctx.db, workspaceId, input.domainId);
      if (!domain) throw refuse("not_found");
      if (domain.mode === input.mode) return;
      if (input.mode === "join" && domain.proof !== "dns") throw refuse("domain_needs_record");
      await domains.setMode(ctx.db, workspaceId, input.domainId, input.mode);
      await audit.record(ctx.db, workspaceId, ctx, {
        action: "domain.mode_changed",
        target: { type: "domain", id: domain.domain },
        before: { mode: domain.mode },
        after: { mode: input.mode },
      });
    },
  ),

  /** Removes a domain. Members who joined by it stay members. */
  remove: workspaceProcedure("domain:manage", oneDomain, "recent").mutation(async ({ ctx, input }) => {
    const removed = await domains.remove(ctx.db, ctx.workspace.workspaceId, input.domainId);
    if (!removed) throw refuse("not_found");
    await audit.record(ctx.db, ctx.workspace.workspaceId, ctx, {
      action: "domain.removed",
      target: { type: "domain", id: removed },
    });
  }),
});

const sentences = {
  domain_public_suffix: "This is a public suffix, under which all people can register names.",
  domain_consumer: "This domain gives addresses to the public.",
} as const;
