// npm run test:chart: renders the Helm chart with Helm itself, in the forms in which it is used, and checks what comes out against the
// schemas of Kubernetes' API: their values at run time, and by the compiler that no field is there that Kubernetes does not know.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parseAllDocuments } from "yaml";
import { ensureDependencies, root } from "../../scripts/setup.mjs";
import { findHelm, installTools, tools } from "./helm.mjs";
import { checkNetworkPolicy } from "./network-policy.mjs";

ensureDependencies({ dev: true });
installTools();
const helm = findHelm();
const chart = path.join(root, "deploy/helm/atelier");
const needed = ["existingSecret=atelier", "appUrl=https://atelier.example.com"];
const usual = [...needed, "env.S3_BUCKET=files"];
let passed = 0;

/** Where each kind is in kubernetes-models; a kind that is not here fails the check. */
const kinds = {
  ConfigMap: "kubernetes-models/v1",
  Service: "kubernetes-models/v1",
  ServiceAccount: "kubernetes-models/v1",
  Deployment: "kubernetes-models/apps/v1",
  Job: "kubernetes-models/batch/v1",
  HorizontalPodAutoscaler: "kubernetes-models/autoscaling/v2",
  PodDisruptionBudget: "kubernetes-models/policy/v1",
  Ingress: "kubernetes-models/networking.k8s.io/v1",
  NetworkPolicy: "kubernetes-models/networking.k8s.io/v1",
  ServiceMonitor: "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1",
};

const forms = {
  usual,
  "with everything": [
    ...[
      ...usual,
      "metrics.enabled=true",
      "metrics.serviceMonitor.enabled=true",
      "metrics.serviceMonitor.labels.release=prometheus",
    ],
    ...["ingress.className=nginx", "ingress.tlsSecretName=tls", "ingress.annotations.a/b=c", "podAnnotations.a/b=c"],
    ...["web.nodeSelector.disk=ssd", "web.tolerations[0].key=a", "web.tolerations[0].operator=Exists"],
    ...["gateway.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight=1"],
    "gateway.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].preference.matchExpressions[0].key=a",
    "gateway.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].preference.matchExpressions[0].operator=Exists",
    "imagePullSecrets[0].name=registry",
    ...["networkPolicy.enabled=true", "networkPolicy.ingressFrom[0].podSelector.matchLabels.app=proxy"],
    ...["networkPolicy.egress.database.to[0].ipBlock.cidr=10.1.0.0/24", "networkPolicy.egress.mail.ports=null"],
    ...["networkPolicy.egress.modelServers.ports={8000,11434}", "networkPolicy.egress.extra[0].ports[0].port=4318"],
  ],
  "with as little as possible": [
    ...[...needed, "files.existingClaim=files", "gateway.autoscaling.enabled=false", "ingress.enabled=false"],
    "migration.enabled=false",
  ],
};

function run(args) {
  const { status, stdout, stderr } = spawnSync(helm, args, { encoding: "utf8" });
  return { status, stdout, stderr };
}

const setting = (values) => values.flatMap((value) => ["--set", value]);

function render(values, ...more) {
  const { status, stdout, stderr } = run([
    "template",
    "atelier",
    chart,
    "--namespace",
    "atelier",
    ...setting(values),
    ...more,
  ]);
  assert.equal(status, 0, stderr);
  return parseAllDocuments(stdout)
    .map((document) => document.toJS())
    .filter(Boolean);
}

async function check(name, work) {
  await work();
  passed += 1;
  console.log(`  ✓ ${name}`);
}

const of = (objects, kind, part) =>
  objects.filter((object) => object.kind === kind && (!part || object.metadata.name.endsWith(part)));

const typed = [];
for (const [name, values] of Object.entries(forms)) {
  await check(`${name}: Helm finds nothing wrong with it`, () => {
    const { status, stdout } = run(["lint", "--strict", chart, ...setting(values)]);
    assert.equal(status, 0, stdout);
  });
  const objects = render(values);
  await check(`${name}: ${objects.length} objects are as Kubernetes' schemas want them`, async () => {
    for (const object of objects) {
      const from = kinds[object.kind];
      assert.ok(from, `no schema for ${object.kind}`);
      const models = await import(pathToFileURL(path.join(tools, "node_modules", from, "index.mjs")).href);
      new models[object.kind](object).validate();
      typed.push({ kind: object.kind, from, object });
    }
  });
  await check(`${name}: no pod is root, writes to its root, has rights, or a token of Kubernetes`, () => {
    const pods = [...of(objects, "Deployment"), ...of(objects, "Job")].map(({ spec }) => spec.template.spec);
    assert.ok(pods.length >= 2);
    for (const { securityContext, containers, automountServiceAccountToken, volumes } of pods) {
      assert.equal(securityContext.runAsNonRoot, true);
      assert.equal(securityContext.seccompProfile.type, "RuntimeDefault");
      assert.equal(automountServiceAccountToken, false);
      for (const { securityContext, volumeMounts } of containers) {
        assert.deepEqual(securityContext, {
          ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
        });
        assert.ok(volumeMounts.some(({ name, mountPath }) => name === "data" && mountPath === "/data"));
      }
      assert.ok(volumes.some(({ name, emptyDir }) => name === "data" && emptyDir));
    }
  });
  await check(`${name}: nothing secret is in it`, () => {
    const [{ data }] = of(objects, "ConfigMap");
    assert.deepEqual(
      Object.keys(data).filter((key) => /SECRET|KEY|PASSWORD|DATABASE|SMTP_URL|TOKEN/.test(key)),
      [],
    );
    assert.equal(of(objects, "Secret").length, 0);
  });
  await check(`${name}: every Service, budget and autoscaler finds its pods`, () => {
    const labels = of(objects, "Deployment").map(({ spec }) => spec.template.metadata.labels);
    const selects = (selector) =>
      labels.some((has) => Object.entries(selector).every(([key, value]) => has[key] === value));
    for (const { spec, metadata } of of(objects, "Service")) assert.ok(selects(spec.selector), metadata.name);
    for (const { spec, metadata } of of(objects, "PodDisruptionBudget"))
      assert.ok(selects(spec.selector.matchLabels), metadata.name);
    const names = of(objects, "Deployment").map(({ metadata }) => metadata.name);
    for (const { spec } of of(objects, "HorizontalPodAutoscaler")) assert.ok(names.includes(spec.scaleTargetRef.name));
    for (const { spec } of of(objects, "Ingress"))
      for (const { backend } of spec.rules[0].http.paths)
        assert.ok(of(objects, "Service").some(({ metadata }) => metadata.name === backend.service.name));
  });
}

await check("no field is there that Kubernetes does not know", () => {
  const folder = path.join(tools, "rendered");
  mkdirSync(folder, { recursive: true });
  const lines = typed.map(
    ({ kind, from, object }, index) =>
      `import type { I${kind} as K${index} } from "${from}";\nexport const o${index}: K${index} = ${JSON.stringify(object)};\n`,
  );
  writeFileSync(path.join(folder, "objects.ts"), lines.join("\n"));
  const options = {
    strict: true,
    noEmit: true,
    module: "esnext",
    moduleResolution: "bundler",
    target: "es2022",
    types: [],
  };
  writeFileSync(
    path.join(folder, "tsconfig.json"),
    JSON.stringify({ compilerOptions: { ...options, skipLibCheck: true }, files: ["objects.ts"] }),
  );
  const tsc = path.join(root, "node_modules/typescript/bin/tsc");
  const { status, stdout } = spawnSync(process.execPath, [tsc, "-p", folder], { encoding: "utf8" });
  assert.equal(status, 0, stdout.slice(0, 4_000));
});

const everything = render(forms["with everything"]);
await check("pages and /v1 are apart, each with its probes and its budget", () => {
  for (const part of ["web", "gateway"]) {
    const [deployment] = of(everything, "Deployment", part);
    const [container] = deployment.spec.template.spec.containers;
    assert.deepEqual(container.env, [{ name: "ROLE", value: part }]);
    assert.equal(container.readinessProbe.httpGet.path, "/api/health/ready");
    assert.equal(container.livenessProbe.httpGet.path, "/api/health");
    assert.equal(deployment.spec.strategy.rollingUpdate.maxUnavailable, 0);
    assert.equal(of(everything, "PodDisruptionBudget", part).length, 1);
  }
  const [ingress] = of(everything, "Ingress");
  const paths = ingress.spec.rules[0].http.paths.map(({ path, backend }) => [path, backend.service.name]);
  assert.deepEqual(paths, [
    ["/v1", "atelier-gateway"],
    ["/", "atelier-web"],
  ]);
  assert.equal(ingress.spec.tls[0].hosts[0], "atelier.example.com");
});
await check("the autoscaler decides how many gateways there are, else the values", () => {
  assert.equal(of(everything, "Deployment", "gateway")[0].spec.replicas, undefined);
  const [plain] = of(render(forms["with as little as possible"]), "Deployment", "gateway");
  assert.equal(plain.spec.replicas, 2);
});
await check("the migration runs before installations and upgrades, and needs the Secret alone", () => {
  const [job] = of(everything, "Job");
  assert.equal(job.metadata.annotations["helm.sh/hook"], "pre-install,pre-upgrade");
  const { containers, serviceAccountName } = job.spec.template.spec;
  assert.equal(serviceAccountName, undefined);
  assert.deepEqual(containers[0].command.slice(-2), ["dist/serve.mjs", "--migrate"]);
  assert.deepEqual(Object.keys(containers[0].env[0].valueFrom), ["secretKeyRef"]);
  assert.equal(containers[0].envFrom, undefined);
});
await check("the network policy is there when it is wanted, holds for every pod, and opens what the values name", () =>
  checkNetworkPolicy({ everything, usual: render(usual), plain: render([...usual, "networkPolicy.enabled=true"]) }),
);
await check("a change of the configuration replaces the pods", () => {
  const annotation = (values) =>
    of(render(values), "Deployment", "web")[0].spec.template.metadata.annotations["checksum/config"];
  assert.notEqual(annotation(usual), annotation([...usual, "env.CURRENCY=CHF"]));
});
await check("what cannot work is refused, with what to set", () => {
  const refused = (values, words) => {
    const { status, stderr } = run(["template", "atelier", chart, ...setting(values)]);
    assert.notEqual(status, 0);
    assert.match(stderr, words);
  };
  refused([], /existingSecret/);
  refused(["existingSecret=a", "appUrl=atelier.example.com", "env.S3_BUCKET=b"], /appUrl/);
  refused(needed, /files\.existingClaim/);
  for (const name of ["AUTH_SECRET", "DATABASE_URL", "SMTP_URL", "ROLE"])
    refused([...usual, `env.${name}=x`], new RegExp(name));
  refused([...usual, "gateways.replicas=2"], /gateways/);
  refused([...usual, "networkPolicy.egress.smtp.ports={25}"], /smtp/);
});
console.log(`\n${passed} passed, 0 failed`);
