/* The examples as functions: what `npm run synth` does with a settings file, in this process and as often as wanted. */
const { readdirSync, readFileSync } = require("node:fs");
const { join } = require("node:path");
const { TerraformStack } = require("cdktf");
const { SettingsFile } = require("../../dist/stacks/settings.js");
const { optional } = require("../../dist/stacks/shape.js");

const FOLDER = join(__dirname, "../../stacks/settings");

exports.examples = readdirSync(FOLDER).map((name) => name.replace(/\.yaml$/, ""));

/** A function that builds the example's stacks in an app, under a name. */
exports.example = (example) => {
  const file = new SettingsFile(example, readFileSync(join(FOLDER, `${example}.yaml`), "utf8"));
  const kind = file.kind();
  const cloud = require(`../../dist/stacks/clouds/${kind.cloud}.js`)[kind.cloud];
  const { fields, onCluster, build } = Object.values(require(`../../dist/stacks/strategies/${kind.strategy}.js`))[0];
  const cluster = onCluster && { cluster: optional(cloud.clusterShape) };
  const settings = file.read({ ...fields, ...cloud.fields, ...cluster });
  return (app, name) => {
    const stack = (suffix = "stack") => {
      const stack = new TerraformStack(app, `${name}-${suffix}`);
      return { stack, ...cloud.connect(stack, settings) };
    };
    return build({ stack }, settings).map(({ stack }) => stack);
  };
};

exports.resourceCount = (json) =>
  Object.values(JSON.parse(json).resource ?? {}).reduce((sum, named) => sum + Object.keys(named).length, 0);
