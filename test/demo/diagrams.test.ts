import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { diagram, type Stack } from "../../demo/diagrams-graph.js";
import { readDiagrams, svg } from "../../demo/diagrams-svg.js";
import { built } from "../support/built.js";
import { inFolder, run, SLOW } from "../support/programs.js";

const PICTURES = join("docs", "pictures");
const NETWORK = "aws_vpc.network";

describe("pictures of the synthesised stacks", SLOW, () => {
  it("are those of the documentation: the same boxes, arrows and words", async () => {
    await inFolder(async (folder) => {
      expect(run(process.execPath, [join(built(), "stacks", "main.js"), "--quiet", "--out", folder]).output).toBe("");
      const drawn = readDiagrams(folder);
      const committed = readdirSync(PICTURES).filter((name) => name.endsWith(".svg"));
      expect([...drawn.keys()].map((name) => `${name}.svg`).sort()).toEqual(committed.sort());
      for (const [name, text] of drawn) {
        const picture = readFileSync(join(PICTURES, `${name}.svg`), "utf8");
        expect(structure(picture), `${name}: run npm run synth && npm run diagrams`).toEqual(
          structure(await svg(text)),
        );
      }
    });
  });
});

describe("a picture of stacks", () => {
  const parts = stack({
    [NETWORK]: { cidr_block: "10.0.0.0/16" },
    "aws_lb.load-balancer/balancer": { subnets: [reference(NETWORK)] },
    "aws_autoscaling_group.machines/group": {
      min_size: 2,
      max_size: 6,
      target_group_arns: [reference("aws_lb.load-balancer/balancer")],
      depends_on: ["aws_s3_bucket.object-store_bucket"],
    },
    "aws_launch_template.machines/template": { instance_type: "m7i.2xlarge", user_data: reference(NETWORK) },
    "aws_db_instance.database/instance": { instance_class: "db.m7g.large", multi_az: true },
    "aws_security_group_rule.database/from-machines": { source: reference("aws_launch_template.machines/template") },
    "aws_s3_bucket.object-store/bucket": {},
  });

  it("has a box for each part, and none for rules", () => {
    const { boxes } = diagram([parts]);
    expect(boxes.map(({ label }) => label)).toEqual([
      ["Load balancer", "Application Load Balancer"],
      ["Web and workers", "×2–6 m7i.2xlarge, Docker Compose"],
      ["PostgreSQL", "db.m7g.large, with a standby"],
      ["Object store", "S3 bucket"],
    ]);
  });

  it("has arrows in the direction of calls, by whatever relates two parts, and none for mere order", () => {
    expect(diagram([parts]).edges).toEqual([
      ["people", "load-balancer"],
      ["load-balancer", "machines"],
      ["machines", "database"],
    ]);
  });

  it("frames what is in the network", () => {
    const { boxes, frames } = diagram([parts]);
    expect(frames).toEqual({ network: "Network · 10.0.0.0/16" });
    expect(boxes.filter((box) => box.frames.length > 0).map(({ id }) => id)).toEqual(["load-balancer", "machines"]);
  });
});

function reference(address: string): string {
  return `\${${address.replaceAll("/", "_")}.id}`;
}

/** Resources by `TYPE.PATH`. */
function stack(resources: Readonly<Record<string, object>>): Stack {
  const resource: Record<string, Record<string, Record<string, unknown>>> = {};
  for (const [address, config] of Object.entries(resources)) {
    const [type, path] = address.split(".");
    const metadata = { path: `stack/coverage/${path}` };
    const named = { ...config, "//": { metadata } };
    resource[type] = { ...resource[type], [path.replaceAll("/", "_")]: named };
  }
  return { resource };
}

/** Titles of boxes, frames and arrows, and all words. Where they lie is Graphviz' business. */
function structure(picture: string): readonly string[] {
  return [...picture.matchAll(/<(title|text)\b[^>]*>([^<]*)</g)].map(([, kind, text]) => `${kind} ${text}`).sort();
}
