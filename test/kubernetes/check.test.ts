import { expect, it } from "vitest";
import { BARE, type Props, SECRETS, synthWorkload } from "./support.js";

const refused: readonly [string, Props, RegExp][] = [
  ["a namespace that is none", { namespace: "Cover_stack" }, /'namespace' must be a DNS label, got "Cover_stack"/],
  ["the cluster's own namespace (K13)", { namespace: "kube-system" }, /must not be the cluster's own/],
  [
    "a percentage above 100",
    { targetCpuPercent: 101 },
    /'targetCpuPercent' must be a whole number, got 101; allowed: 1 to 100/,
  ],
  ["a revision below 1", { secretsRevision: 0 }, /'secretsRevision' must be a whole number, got 0; allowed: 1 or more/],
  ["a cluster autoscaler without the cluster's name", { traits: BARE }, /needs 'clusterName'/],
  [
    "a node threshold of a whole hundred",
    { traits: BARE, clusterName: "c", nodeScaling: { utilizationThreshold: 50 } },
    /'utilizationThreshold'.*got 50/,
  ],
  [
    "half a minute",
    { traits: BARE, clusterName: "c", nodeScaling: { unneededMinutes: 0.5 } },
    /'unneededMinutes'.*got 0.5/,
  ],
  ["a range that is none", { dataReach: [{ cidr: "10.0.0.1", port: 5432 }] }, /'dataReach' must be an address range/],
  [
    "a balancer's range that is none",
    { traits: { balancerCidrs: ["here"] } },
    /'balancerCidrs' must be an address range/,
  ],
];

it.each(refused)("refuses %s", (_what, props, message) => {
  expect(() => synthWorkload(props)).toThrow(message);
});

it("refuses a secret that is written out, without repeating it", () => {
  const build = () => synthWorkload({ secrets: { ...SECRETS, REDIS_PASSWORD: "hunter2" } });
  expect(build).toThrow(/'REDIS_PASSWORD' must be an expression/);
  expect(build).not.toThrow(/hunter2/);
});

it("refuses credentials that are written out", () => {
  const pullCredentials = { server: "registry.example.com", username: "me", password: "hunter2" };
  expect(() => synthWorkload({ image: { reference: "a:1", pullCredentials } })).toThrow(
    /'username' must be an expression/,
  );
});

it("refuses settings that refer to a secret which is not given", () => {
  const { REDIS_PASSWORD: _, ...rest } = SECRETS;
  expect(() => synthWorkload({ secrets: rest })).toThrow(/refer to a secret that is not given, got "REDIS_PASSWORD"/);
});
