import { describe, expect, it } from "vitest";
import { SettingsFile } from "../../stacks/settings.js";
import { choice, flag, list, map, number, object, optional, text, textLike } from "../../stacks/shape.js";

const fields = {
  region: text,
  size: optional(number),
  open: optional(flag),
  ranges: optional(list(text)),
  tags: optional(map(text)),
  tls: optional(object({ mode: choice("acme", "secret"), email: optional(text) })),
};
const head = "strategy: single-vm\ncloud: aws\n";

function problems(yaml: string): string[] {
  try {
    new SettingsFile("a.yaml", yaml).read(fields);
  } catch (error) {
    return (error as Error).message.split("\n");
  }
  return [];
}

describe("a settings file", () => {
  it("is read into what it says", () => {
    const yaml = `${head}region: eu-west-1\nsize: 5\nopen: true\nranges: [a, b]\ntags: { x: y }\ntls: { mode: acme }\n`;
    expect(new SettingsFile("a.yaml", yaml).read(fields)).toEqual({
      strategy: "single-vm",
      cloud: "aws",
      region: "eu-west-1",
      size: 5,
      open: true,
      ranges: ["a", "b"],
      tags: { x: "y" },
      tls: { mode: "acme", email: undefined },
    });
  });

  it("says which stack it describes", () => {
    expect(new SettingsFile("a.yaml", head).kind()).toEqual({ strategy: "single-vm", cloud: "aws" });
  });

  it("fails with every problem at once, each where it stands", () => {
    expect(problems(`${head}regoin: eu-west-1\nsize: big\ntls:\n  mode: acne\n  colour: red\n`)).toEqual([
      "a.yaml:3:1: unknown key 'regoin'; did you mean 'region'?",
      "a.yaml:1:1: 'region' is missing; it must be a text",
      `a.yaml:4:7: 'size' must be a number, got "big"`,
      "a.yaml:7:3: unknown key 'colour'; allowed: mode, email",
      `a.yaml:6:9: 'tls.mode' must be one of acme, secret, got "acne"; did you mean 'acme'?`,
    ]);
  });

  it.each([
    ["region: 5", "a.yaml:3:9: 'region' must be a text, got 5; put it in quotes: \"5\""],
    ["region:", "a.yaml:3:8: 'region' must be a text, got nothing"],
    ["region: [a]", "a.yaml:3:9: 'region' must be a text, got a list"],
    ["region: a\nranges: a", `a.yaml:4:9: 'ranges' must be a list, got "a"`],
    ["region: a\nranges: [1]", "a.yaml:4:10: 'ranges[0]' must be a text, got 1; put it in quotes: \"1\""],
    ["region: a\ntags: [1]", "a.yaml:4:7: 'tags' must be a map of names to values, got a list"],
    ["region: a\nopen: 'yes'", `a.yaml:4:7: 'open' must be true or false, got "yes"`],
    ["region: &r a\ntags: { x: *r }", "a.yaml:4:12: 'tags.x' must be a text, got an alias; write the value out"],
  ])("fails for %j", (yaml, problem) => {
    expect(problems(head + yaml)).toEqual([problem]);
  });

  it.each([
    ["", "a.yaml:1:1: must be a map of settings"],
    ["- a", "a.yaml:1:1: must be a map of settings"],
  ])("fails when it is no map: %j", (yaml, problem) => {
    expect(problems(yaml)).toEqual([problem]);
  });

  it("fails for YAML that is none, and for a key that is there twice", () => {
    expect(problems("region: [a")[0]).toMatch(/^a\.yaml:1:11: /);
    expect(problems("region: a\nregion: b")[0]).toBe("a.yaml:2:1: 'region' is there twice; keep one");
  });

  it("keeps what YAML would round when it asks for quotes", () => {
    expect(problems(`${head}region: 1.30`)).toEqual([
      `a.yaml:3:9: 'region' must be a text, got 1.30; put it in quotes: "1.30"`,
    ]);
  });

  it("fails for a load that is said in two ways, at the second", () => {
    const both = { ...fields, reportsPerMinute: optional(number), uploads: optional(map(number)) };
    const yaml = `${head}region: a\nuploads: { perHour: 1 }\nreportsPerMinute: 5\n`;
    expect(() => new SettingsFile("a.yaml", yaml).read(both)).toThrow(
      "a.yaml:5:1: 'reportsPerMinute' and 'uploads' both say the load; keep one of them",
    );
  });

  it("says whose a key is that would be right in another file", () => {
    const file = new SettingsFile("a.yaml", `${head}region: a\nzone: b\n`);
    expect([file.hasOnly(fields), file.hasOnly({ ...fields, zone: text })]).toEqual([false, true]);
    expect(() => file.read(fields, { zone: ["kubernetes", "gcp"] })).toThrow(
      "a.yaml:4:1: 'zone' belongs to kubernetes and gcp; take it out",
    );
  });

  it("fails for a text that does not look like what it names", () => {
    const bucket = textLike(/^[a-z]+$/, "a bucket's name");
    expect(() => new SettingsFile("a.yaml", `${head}bucket: my states\n`).read({ bucket })).toThrow(
      `a.yaml:3:9: 'bucket' must be a bucket's name, got "my states"`,
    );
  });

  it("fails for a strategy or cloud that is unknown or left out", () => {
    const kind = (yaml: string) => () => new SettingsFile("a.yaml", yaml).kind();
    expect(kind("strategy: single_vm\ncloud: aws")).toThrow(
      `a.yaml:1:11: 'strategy' must be one of single-vm, load-balanced, kubernetes, got "single_vm"; did you mean 'single-vm'?`,
    );
    expect(kind("strategy: single-vm")).toThrow("a.yaml:1:1: 'cloud' is missing; it must be one of aws, gcp, azure");
  });
});
