// What the chart's NetworkPolicy opens: see run.mjs.
import assert from "node:assert/strict";

const of = (objects, kind) => objects.filter((object) => object.kind === kind);

/** The ports that a rule opens, and what else it says. */
const opened = ({ ports, ...more }) => [ports.map(({ port }) => port), more];

/**
 * Checks the objects of three renderings: with a policy and every value set, without a policy, and with a policy as the
 * values are at first.
 */
export function checkNetworkPolicy({ everything, usual, plain }) {
  assert.equal(of(usual, "NetworkPolicy").length, 0);
  const [{ spec }] = of(everything, "NetworkPolicy");
  const pods = [...of(everything, "Deployment"), ...of(everything, "Job")].map((object) => object.spec.template);
  assert.equal(pods.length, 3);
  for (const { metadata } of pods)
    for (const [name, value] of Object.entries(spec.podSelector.matchLabels))
      assert.equal(metadata.labels[name], value);
  assert.deepEqual(spec.policyTypes, ["Ingress", "Egress"]);
  assert.deepEqual(spec.ingress.map(opened), [
    [["http"], { from: [{ podSelector: { matchLabels: { app: "proxy" } } }] }],
    [["metrics"], { from: [{ podSelector: {} }] }],
  ]);
  const named = pods[0].spec.containers[0].ports.map(({ name }) => name);
  assert.deepEqual(named, ["http", "metrics"]);
  assert.deepEqual(spec.egress.map(opened), [
    [[53, 53], {}],
    [[5432], { to: [{ ipBlock: { cidr: "10.1.0.0/24" } }] }],
    [[443], {}],
    [[8000, 11434], {}],
    [[4318], {}],
  ]);
  const [atFirst] = of(plain, "NetworkPolicy");
  assert.deepEqual(atFirst.spec.ingress.map(opened), [[["http"], {}]]);
  const ports = atFirst.spec.egress.map(opened).map(([each]) => each);
  assert.deepEqual(ports, [[53, 53], [5432], [25, 465, 587], [443], [8000]]);
}
