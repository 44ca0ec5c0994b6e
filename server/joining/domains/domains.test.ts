import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { startDns } from "@/tests/support/fakes/dns-server";
import { memberOf, newPerson, reasonOf, type Signed, type TestWorkspace, workspace } from "@/tests/support/people";
import { checkDueDomains } from "./job";

const dns = await startDns();
process.env.DNS_SERVERS = dns.address;

let tag = 0;
let company: string;

beforeAll(() => expect(dns.asked).toEqual([]));
beforeEach(() => {
  tag += 1;
  company = `company-${tag}.com`;
});
afterAll(() => dns.stop());

/** Adds a domain and puts its record in place. */
async function prove(where: TestWorkspace, domain: string, mode: "join" | "request" = "join") {
  const { api } = where.admin;
  await api.domains.add({ workspace: where.slug, domain, mode });
  const row = (await api.domains.list({ workspace: where.slug })).find((each) => each.domain === domain);
  if (!row) throw new Error("the domain was not added");
  dns.zone.set(row.record.name, ["v=spf1 -all", row.record.value]);
  await api.domains.check({ workspace: where.slug, domainId: row.id });
  return row;
}

const colleague = (domain = company): Promise<Signed> =>
  newPerson({ email: `person-${Math.random().toString(36).slice(2)}@${domain}` });

test("a domain proved by its TXT record lets people with a verified address there join, as Developers", async () => {
  const acme = await workspace();
  await prove(acme, company);
  const grace = await colleague();
  expect((await grace.api.joining.open()).domains).toEqual([
    { slug: acme.slug, workspaceName: expect.any(String), isFull: false, domain: company, mode: "join" },
  ]);
  expect(await grace.api.joining.joinByDomain({ slug: acme.slug })).toEqual({ slug: acme.slug });
  const { rows } = await acme.admin.api.members.list({ workspace: acme.slug });
  expect(rows.find(({ userId }) => userId === grace.person.id)?.role).toBe("developer");
  const events =
    await owner`select action, after from audit_events where workspace_id = ${acme.id} and target_id = ${grace.person.id}`;
  expect(events).toEqual([{ action: "member.joined_by_domain", after: { role: "developer", domain: company } }]);
});

test("each of more workspaces than are offered at once is found, and asked to be let in", async () => {
  const all = [];
  for (let n = 0; n < 23; n += 1) all.push(await workspace());
  const [first] = all;
  if (!first) throw new Error("none");
  for (const { id, admin } of all)
    await owner`insert into domains (workspace_id, domain, mode, proof, status, challenge, created_by)
      values (${id}, ${company}, 'request', 'address', 'verified', 'x', ${admin.person.id})`;
  const grace = await colleague();
  const one = await grace.api.joining.open();
  const two = await grace.api.joining.open({ after: one.domains.at(-1)?.slug });
  expect([one.domains.length, one.isMore, two.domains.length, two.isMore]).toEqual([20, true, 3, false]);
  expect([...one.domains, ...two.domains].map(({ slug }) => slug).sort()).toEqual(all.map(({ slug }) => slug).sort());
  const last = all.find(({ slug }) => slug === two.domains.at(-1)?.slug);
  await owner`update users set email = ${`ada-${tag}@${company}`} where id = ${last?.admin.person.id ?? null}`;
  await grace.api.joining.askByDomain({ slug: last?.slug ?? "" });
  const left = await grace.api.joining.open({ after: one.domains.at(-1)?.slug });
  expect([left.domains.length, left.requests]).toMatchObject([2, [{ status: "pending" }]]);
  expect((await grace.api.joining.open({ after: "no-such-workspace" })).domains).toEqual([]);
  // A record makes all the others invalid.
  await owner`update domains set proof = 'dns' where workspace_id = ${first.id}`;
  expect((await grace.api.joining.open()).domains.map(({ slug }) => slug)).toEqual([first.slug]);
  await owner`delete from domains where domain = ${company}`;
});

test("joining twice at once makes one member and one audit row", async () => {
  const acme = await workspace();
  await prove(acme, company);
  const grace = await colleague();
  await Promise.all(Array.from({ length: 10 }, () => grace.api.joining.joinByDomain({ slug: acme.slug })));
  const [row] =
    await owner`select count(*)::int as n from audit_events where workspace_id = ${acme.id} and action = 'member.joined_by_domain'`;
  expect(row?.n).toBe(1);
});

test("an address that is not verified, at a subdomain, at a look-alike or elsewhere sees nothing and joins nothing", async () => {
  const acme = await workspace();
  await prove(acme, company);
  const strangers = [
    await newPerson({ email: `unverified@${company}`, isVerified: false }),
    await colleague(`evil.${company}`),
    await colleague(`evil${company}`),
    await colleague(`${company}.evil.com`),
    await colleague("xn--cmpany-1-6za.com"),
  ];
  for (const { api } of strangers) {
    expect((await api.joining.open()).domains).toEqual([]);
    expect(["not_open", "verify_email"]).toContain(await reasonOf(api.joining.joinByDomain({ slug: acme.slug })));
    expect(["not_open", "verify_email"]).toContain(await reasonOf(api.joining.askByDomain({ slug: acme.slug })));
  }
});

test("consumer domains, public suffixes and names that are none are refused at the field", async () => {
  const acme = await workspace();
  const add = (domain: string) => reasonOf(acme.admin.api.domains.add({ workspace: acme.slug, domain, mode: "join" }));
  for (const domain of ["gmail.com", "GMAIL.com", "outlook.com", "proton.me"])
    expect(await add(domain)).toBe("domain_consumer");
  for (const domain of ["co.uk", "github.io", "nowhere.notatld"])
    expect(await add(domain)).toBe("domain_public_suffix");
  for (const domain of ["com", "localhost", "аcme.com", "acme..com", "-acme.com", "acme.com/x y", "1.2.3.4"])
    expect(await add(domain)).toBe("invalid_input");
});

test("what people type is forgiven: an @, a scheme, capitals, a final dot", async () => {
  const acme = await workspace();
  await acme.admin.api.domains.add({
    workspace: acme.slug,
    domain: ` https://@${company.toUpperCase()}./ `.replace("https://@", "@"),
    mode: "join",
  });
  expect((await acme.admin.api.domains.list({ workspace: acme.slug })).map(({ domain }) => domain)).toEqual([company]);
});

test("IN-30 several workspaces prove one domain, each with a record of its own, and its people choose", async () => {
  const [acme, rival, claimant] = [await workspace("Acme"), await workspace("Beta"), await workspace("Claimant")];
  await claimant.admin.api.domains.add({ workspace: claimant.slug, domain: company, mode: "join" });
  await prove(acme, company);
  await rival.admin.api.domains.add({ workspace: rival.slug, domain: company, mode: "request" });
  const [row] = await rival.admin.api.domains.list({ workspace: rival.slug });
  const domainId = row?.id ?? "";
  // Another workspace's record does not count.
  expect(await reasonOf(rival.admin.api.domains.check({ workspace: rival.slug, domainId }))).toBe(
    "domain_record_missing",
  );
  const name = row?.record.name ?? "";
  dns.zone.set(name, [...(dns.zone.get(name) as string[]), row?.record.value ?? ""]);
  await rival.admin.api.domains.check({ workspace: rival.slug, domainId });
  const grace = await colleague();
  expect((await grace.api.joining.open()).domains).toMatchObject([
    { slug: acme.slug, mode: "join" },
    { slug: rival.slug, mode: "request" },
  ]);
  // A domain without proof opens nothing, and one that is open for requests cannot be joined directly.
  for (const { slug } of [claimant, rival])
    expect(await reasonOf(grace.api.joining.joinByDomain({ slug }))).toBe("not_open");
  expect(await reasonOf(grace.api.joining.askByDomain({ slug: claimant.slug }))).toBe("not_open");
  await grace.api.joining.askByDomain({ slug: rival.slug });
  expect((await grace.api.joining.open()).domains).toMatchObject([{ slug: acme.slug }]);
  await grace.api.joining.joinByDomain({ slug: acme.slug });
  expect((await grace.api.joining.open()).domains).toEqual([]);
  expect((await rival.admin.api.joinRequests.list({ workspace: rival.slug })).rows).toMatchObject([
    { email: grace.person.email },
  ]);
});

test("IN-30 several workspaces open a domain for requests by their Admins' addresses", async () => {
  const admins = [await colleague(), await colleague()];
  const slugs = [];
  for (const admin of admins) {
    const { slug } = await workspace(undefined, admin);
    await admin.api.domains.add({ workspace: slug, domain: company, mode: "request" });
    slugs.push(slug);
  }
  const { domains } = await (await colleague()).api.joining.open();
  expect(domains.map(({ slug }) => slug).sort()).toEqual(slugs.sort());
});

test("an Admin's own verified address opens a domain for requests, and for nothing more", async () => {
  const admin = await colleague();
  const acme = await workspace("Acme", admin);
  expect(await admin.api.domains.add({ workspace: acme.slug, domain: company, mode: "request" })).toEqual({
    isVerified: true,
  });
  const [row] = await admin.api.domains.list({ workspace: acme.slug });
  expect(
    await reasonOf(admin.api.domains.setMode({ workspace: acme.slug, domainId: row?.id ?? "", mode: "join" })),
  ).toBe("domain_needs_record");
  const grace = await colleague();
  expect((await grace.api.joining.open()).domains).toMatchObject([{ mode: "request" }]);
  expect(await reasonOf(grace.api.joining.joinByDomain({ slug: acme.slug }))).toBe("not_open");
  await grace.api.joining.askByDomain({ slug: acme.slug });
  expect((await admin.api.joinRequests.list({ workspace: acme.slug })).rows.map(({ email }) => email)).toEqual([
    grace.person.email,
  ]);
  await expect(admin.api.members.list({ workspace: acme.slug })).resolves.toMatchObject({ total: 1 });
});

test("an unverified address of the Admin proves nothing: it waits for the record", async () => {
  const admin = await newPerson({ email: `boss@${company}`, isVerified: false });
  const acme = await workspace("Acme", admin);
  expect(await admin.api.domains.add({ workspace: acme.slug, domain: company, mode: "request" })).toEqual({
    isVerified: false,
  });
});

test("a DNS that is silent, fails, lies or answers with something else verifies nothing, and says which", async () => {
  const acme = await workspace();
  await acme.admin.api.domains.add({ workspace: acme.slug, domain: company, mode: "join" });
  const [row] = await acme.admin.api.domains.list({ workspace: acme.slug });
  const { name, value } = row?.record ?? { name: "", value: "" };
  const check = () => reasonOf(acme.admin.api.domains.check({ workspace: acme.slug, domainId: row?.id ?? "" }));
  expect(await check()).toBe("domain_record_missing");
  for (const lie of [
    [`${value} `],
    [value.slice(0, -1)],
    [value.toUpperCase()],
    ["x".repeat(2_000)],
    [`prefix ${value}`],
    [],
  ]) {
    dns.zone.set(name, lie);
    expect(await check()).toBe("domain_record_missing");
  }
  dns.zone.set(name, "servfail");
  expect(await check()).toBe("domain_dns_unreachable");
  dns.zone.set(name, "silent");
  const begun = Date.now();
  expect(await check()).toBe("domain_dns_unreachable");
  expect(Date.now() - begun).toBeLessThan(10_000);
  expect((await acme.admin.api.domains.list({ workspace: acme.slug }))[0]?.status).toBe("pending");
});

test("the weekly check ends what a domain allows when its record is gone, tells the Admins, and forgives silence", async () => {
  const acme = await workspace();
  const second = await memberOf(acme, "admin");
  const gone = await prove(acme, company);
  const silent = await prove(acme, `silent-${company}`);
  const kept = await prove(acme, `kept-${company}`);
  dns.zone.delete(gone.record.name);
  dns.zone.set(silent.record.name, "silent");
  await owner`update domains set checked_at = now() - interval '8 days' where workspace_id = ${acme.id}`;
  const before = await mails();
  await Promise.all([checkDueDomains(), checkDueDomains()]);
  const rows = await acme.admin.api.domains.list({ workspace: acme.slug });
  expect(Object.fromEntries(rows.map(({ id, status }) => [id, status]))).toEqual({
    [gone.id]: "lapsed",
    [silent.id]: "verified",
    [kept.id]: "verified",
  });
  expect((await mails()) - before).toBe(2);
  expect(second.person.id).toBeTruthy();
  const grace = await colleague();
  expect((await grace.api.joining.open()).domains).toEqual([]);
  expect(await reasonOf(grace.api.joining.joinByDomain({ slug: acme.slug }))).toBe("not_open");
  const [audit] =
    await owner`select count(*)::int as n from audit_events where workspace_id = ${acme.id} and action = 'domain.lapsed'`;
  expect(audit?.n).toBe(1);
});

async function mails(): Promise<number> {
  const [row] = await owner`select count(*)::int as n from mail_outbox where template = 'domain-lapsed'`;
  return row?.n;
}

test("the record outranks an address: the workspace with the record gets the domain, and the other one is told", async () => {
  const intern = await colleague();
  const small = await workspace("Intern's", intern);
  await intern.api.domains.add({ workspace: small.slug, domain: company, mode: "request" });
  const acme = await workspace("Acme Official");
  await prove(acme, company);
  expect((await (await colleague()).api.joining.open()).domains).toMatchObject([
    { workspaceName: "Acme Official", mode: "join" },
  ]);
  expect(await reasonOf((await colleague()).api.joining.askByDomain({ slug: small.slug }))).toBe("not_open");
  expect((await intern.api.domains.list({ workspace: small.slug }))[0]?.isOvertaken).toBe(true);
  const late = await colleague();
  const third = await workspace("Third", late);
  expect(await late.api.domains.add({ workspace: third.slug, domain: company, mode: "request" })).toEqual({
    isVerified: false,
  });
});

test("an address proves a domain for as long as its owner is an Admin there, and has it", async () => {
  const admin = await colleague();
  const acme = await workspace("Acme", admin);
  const second = await memberOf(acme, "admin");
  await admin.api.domains.add({ workspace: acme.slug, domain: company, mode: "request" });
  await second.api.members.changeRole({ workspace: acme.slug, userId: admin.person.id, role: "viewer" });
  expect(await reasonOf((await colleague()).api.joining.askByDomain({ slug: acme.slug }))).toBe("not_open");
  await second.api.members.changeRole({ workspace: acme.slug, userId: admin.person.id, role: "admin" });
  await (await colleague()).api.joining.askByDomain({ slug: acme.slug });
});

test("forwarders' domains are refused like any provider's", async () => {
  const acme = await workspace();
  for (const domain of ["duck.com", "mozmail.com", "users.noreply.github.com"]) {
    expect(await reasonOf(acme.admin.api.domains.add({ workspace: acme.slug, domain, mode: "join" }))).toBe(
      "domain_consumer",
    );
  }
});
