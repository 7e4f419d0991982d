import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applied } from "../../lib/testing/apply.js";
import { emptyBlock, plan } from "../../lib/testing/plan.js";
import type { Attribute, Block, NestedBlock } from "../../lib/testing/schema.js";
import { equal, type ObjectValue, UNKNOWN, type Value } from "../../lib/testing/value.js";

const attribute = (is: Partial<Attribute>): Attribute => ({
  type: "string",
  required: false,
  optional: false,
  computed: false,
  writeOnly: false,
  ...is,
});

const nested = (block: Block, is: Partial<NestedBlock>): NestedBlock => ({
  nesting: "list",
  minItems: 0,
  maxItems: 0,
  block,
  ...is,
});

const RULE: Block = {
  attributes: { port: attribute({ required: true, type: "number" }), id: attribute({ computed: true }) },
  blocks: {},
};

const CLUSTER: Block = {
  attributes: {
    name: attribute({ required: true }),
    id: attribute({ computed: true }),
    zone: attribute({ optional: true, computed: true }),
    note: attribute({ optional: true }),
    password_wo: attribute({ optional: true, writeOnly: true }),
  },
  blocks: {
    rule: nested(RULE, {}),
    label: nested(RULE, { nesting: "set" }),
    access: nested(
      { attributes: { key: attribute({ computed: true }), user: attribute({ optional: true }) }, blocks: {} },
      { maxItems: 1 },
    ),
    timeouts: nested({ attributes: { create: attribute({ optional: true }) }, blocks: {} }, { nesting: "single" }),
  },
};

const proposed = (values: ObjectValue): ObjectValue => ({ ...emptyBlock(CLUSTER), ...values });
const madeUp = (path: string) => `made-up ${path}`;

describe("a plan", () => {
  it("leaves unknown on creation what only the provider knows, and nothing else", () => {
    const { planned, replace } = plan(CLUSTER, {
      prior: null,
      proposed: proposed({ name: "a", rule: [{ port: 1, id: null }] }),
    });
    expect(planned).toEqual({
      name: "a",
      id: UNKNOWN,
      zone: UNKNOWN,
      note: null,
      password_wo: null,
      rule: [{ port: 1, id: UNKNOWN }],
      label: [],
      access: [{ key: UNKNOWN, user: null }],
      timeouts: null,
    });
    expect(replace).toEqual([]);
  });

  it("keeps on update what the provider knew, in blocks too, and has new blocks unknown", () => {
    const prior = proposed({
      name: "a",
      id: "i",
      zone: "z",
      rule: [{ port: 1, id: "r" }],
      label: [{ port: 3, id: "l" }],
      access: [{ key: "k", user: null }],
    });
    const rules = [
      { port: 1, id: "r" },
      { port: 2, id: null },
    ];
    const labels = [
      { port: 3, id: "l" },
      { port: 4, id: null },
    ];
    const { planned } = plan(CLUSTER, {
      prior,
      proposed: { ...prior, note: "n", rule: rules, label: labels, access: [] },
    });
    expect(planned).toEqual({
      ...prior,
      note: "n",
      rule: [rules[0], { port: 2, id: UNKNOWN }],
      label: [labels[0], { port: 4, id: UNKNOWN }],
    });
  });

  it("is empty for what is to be removed", () => {
    expect(plan(CLUSTER, { prior: proposed({ name: "a" }), proposed: null })).toEqual({ planned: null, replace: [] });
  });

  it("never holds what is write-only", () => {
    const { planned } = plan(CLUSTER, { prior: null, proposed: proposed({ name: "a", password_wo: "secret" }) });
    expect(planned).toMatchObject({ password_wo: null });
  });

  it("replaces on a change of what cannot be changed in place, with the path that Terraform understands", () => {
    const prior = proposed({ name: "a", rule: [{ port: 1, id: "r" }], label: [{ port: 1, id: "l" }] });
    const next = { ...prior, name: "b", rule: [{ port: 2, id: "r" }], label: [{ port: 2, id: "l" }] };
    const forcing = ["name", "note", "rule.port", "label.port"];
    expect(plan(CLUSTER, { prior, proposed: next }, forcing).replace).toEqual([
      ["name"],
      ["rule", 0, "port"],
      ["label"],
    ]);
    expect(plan(CLUSTER, { prior, proposed: prior }, forcing).replace).toEqual([]);
    expect(plan(CLUSTER, { prior, proposed: { ...prior, name: UNKNOWN } }, forcing).replace).toEqual([["name"]]);
    expect(plan(CLUSTER, { prior: null, proposed: next }, forcing).replace).toEqual([]);
  });
});

describe("what is there after an apply", () => {
  const text = fc.constantFrom("a", "b", "c");
  const flags = fc.constantFrom<Partial<Attribute>>(
    { required: true },
    { optional: true },
    { computed: true },
    { optional: true, computed: true },
    { optional: true, writeOnly: true },
  );
  const leaf = fc.dictionary(text, flags).map(
    (all): Block => ({
      attributes: Object.fromEntries(Object.entries(all).map(([name, is]) => [name, attribute(is)])),
      blocks: {},
    }),
  );
  const block = fc
    .tuple(
      leaf,
      fc.dictionary(
        text.map((name) => `block_${name}`),
        fc.tuple(leaf, fc.constantFrom(0, 1)),
      ),
    )
    .map(
      ([{ attributes }, blocks]): Block => ({
        attributes,
        blocks: Object.fromEntries(
          Object.entries(blocks).map(([name, [inner, maxItems]]) => [name, nested(inner, { maxItems })]),
        ),
      }),
    );

  /** What Terraform proposes: configured values, and prior ones where the provider may have given them. */
  const propose = ({ attributes, blocks }: Block, config: Value, prior: Value): ObjectValue => {
    const [given, before] = [config, prior].map((value) => (value ?? {}) as ObjectValue);
    const own = Object.entries(attributes).map(([name, { computed }]) => [
      name,
      given[name] ?? (computed ? (before[name] ?? null) : null),
    ]);
    const inner = Object.entries(blocks).map(([name, { block }]) => {
      const elements = (given[name] ?? []) as readonly Value[];
      return [
        name,
        elements.map((element, index) => propose(block, element, ((before[name] ?? []) as readonly Value[])[index])),
      ];
    });
    return Object.fromEntries([...own, ...inner]);
  };

  const configured = ({ attributes, blocks }: Block, value: string, count: number): ObjectValue => ({
    ...Object.fromEntries(
      Object.entries(attributes).map(([name, { required, optional }]) => [
        name,
        required || (optional && count > 0) ? value : null,
      ]),
    ),
    ...Object.fromEntries(
      Object.entries(blocks).map(([name, { block, maxItems }]) => {
        const stands = maxItems === 1 ? Math.min(count, 1) : count;
        return [name, Array.from({ length: stands }, () => configured(block, value, count))];
      }),
    ),
  });

  const unknowns = (value: Value): number =>
    value === UNKNOWN
      ? 1
      : typeof value === "object" && value !== null
        ? Object.values(value).reduce((sum: number, inner) => sum + unknowns(inner), 0)
        : 0;

  it("has no unknown, and is what the same configuration plans again", () => {
    fc.assert(
      fc.property(block, text, fc.integer({ min: 0, max: 2 }), (schema, value, count) => {
        const config = configured(schema, value, count);
        const { planned } = plan(schema, { prior: null, proposed: propose(schema, config, null) });
        const state = applied(schema, planned as ObjectValue, madeUp);
        expect(unknowns(state)).toBe(0);
        const again = plan(schema, { prior: state, proposed: propose(schema, config, state) });
        expect(equal(again.planned, state)).toBe(true);
      }),
    );
  });

  it("keeps what was configured, whatever the provider adds", () => {
    fc.assert(
      fc.property(block, text, (schema, value) => {
        const config = configured(schema, value, 1);
        const { planned } = plan(schema, { prior: null, proposed: propose(schema, config, null) });
        const state = applied(schema, planned as ObjectValue, madeUp);
        for (const [name, { required, optional, writeOnly }] of Object.entries(schema.attributes)) {
          if (required || optional) expect(state[name]).toBe(writeOnly ? null : value);
        }
      }),
    );
  });

  it("has none of the objects that could have been configured and were not", () => {
    const rules = attribute({ type: ["set", ["object", { port: "number" }]], optional: true, computed: true });
    const peers = attribute({ type: ["list", ["object", { port: "number" }]], computed: true });
    const schema: Block = { attributes: { rules, peers }, blocks: {} };
    const state = applied(schema, { rules: UNKNOWN, peers: UNKNOWN }, () => [{ port: 1 }]);
    expect(state).toEqual({ rules: [], peers: [{ port: 1 }] });
  });

  it("has values in the places of unknowns inside collections and objects", () => {
    const type = ["list", ["object", { host: "string", ports: ["map", "number"] }]] as const;
    const schema: Block = { attributes: { nodes: attribute({ type, optional: true }) }, blocks: {} };
    const state = applied(schema, { nodes: [{ host: UNKNOWN, ports: { web: UNKNOWN } }] }, (path) => path);
    expect(state).toEqual({ nodes: [{ host: "nodes.host", ports: { web: "nodes.ports" } }] });
  });
});
