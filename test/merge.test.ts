import { describe, expect, it } from "vitest";
import { merge } from "../lib/merge.js";

const defaults = { disk: { size: 100, type: "gp3", tags: { a: "1" } }, ports: [80, 443] };

describe("merging overrides", () => {
  it("keeps the siblings of what is overridden, at every depth", () => {
    expect(merge(defaults, { disk: { tags: { a: "2" } } })).toEqual({
      disk: { size: 100, type: "gp3", tags: { a: "2" } },
      ports: [80, 443],
    });
  });

  it("changes neither argument", () => {
    const before = structuredClone(defaults);
    const overrides = { disk: { size: 5 } };
    merge(defaults, overrides).disk.tags.a = "changed";
    expect(merge(defaults, overrides).disk.size).toBe(5);
    expect(overrides).toEqual({ disk: { size: 5 } });
    expect(defaults.disk.size).toBe(before.disk.size);
  });

  it("replaces arrays and class instances as a whole", () => {
    const date = new Date(0);
    expect(merge({ when: { year: 1 } as object, ports: [1, 2] }, { when: date, ports: [3] })).toEqual({
      when: date,
      ports: [3],
    });
  });

  it("takes undefined for 'not given'", () => {
    expect(merge(defaults, { disk: { size: undefined } }).disk.size).toBe(100);
  });

  it("does not reach into prototypes", () => {
    merge({}, JSON.parse('{"__proto__": {"polluted": true}}'));
    expect({}).not.toHaveProperty("polluted");
  });
});
