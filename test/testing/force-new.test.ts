import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bindingOf } from "../../lib/testing/bindings.js";
import { forceNew } from "../../lib/testing/force-new.js";
import { AWS_FORCE_NEW } from "../../lib/testing/force-new-aws.js";
import { emptyBlock } from "../../lib/testing/plan.js";
import type { Type } from "../../lib/testing/schema.js";
import type { ObjectValue, Value } from "../../lib/testing/value.js";
import { SLOW } from "../support/programs.js";
import { realParts } from "../support/real-parts.js";
import { RealAwsProvider } from "./real-aws-provider.js";

const { awsPlugin } = realParts();

/** Without a configuration that fits together, the provider answers with that instead. */
const UNANSWERED = ["aws_eks_pod_identity_association", "aws_lb_target_group"];

describe.runIf(awsPlugin)("what replaces a resource on AWS", SLOW, () => {
  const binding = bindingOf("aws");
  let provider: RealAwsProvider;
  beforeAll(async () => {
    provider = await RealAwsProvider.start(awsPlugin!, binding.provider);
  });
  afterAll(() => provider.stop());

  it.each(Object.keys(AWS_FORCE_NEW).filter((type) => !UNANSWERED.includes(type)))(
    "is what the provider itself answers: %s",
    async (type) => {
      const schema = binding.resource(type);
      const required = Object.entries(schema.attributes).filter(([, { required }]) => required);
      const base: ObjectValue = {
        ...emptyBlock(schema),
        ...Object.fromEntries(required.map(([name, { type }]) => [name, sample(type, "a")])),
        id: "a",
      };
      const replacing: string[] = [];
      for (const [name, { type: ofType, optional, required, writeOnly }] of Object.entries(schema.attributes)) {
        if (name === "id" || writeOnly || !(optional || required)) continue;
        const [prior, next] = ["a", "b"].map((mark): ObjectValue => ({ ...base, [name]: sample(ofType, mark) }));
        if ((await provider.replacedBy(type, prior, next)).includes(name)) replacing.push(name);
      }
      const known = forceNew(type).filter((path) => path in schema.attributes);
      expect(replacing.sort()).toEqual([...known].sort());
    },
  );
});

/** A value of a type; another for another mark. */
function sample(type: Type, mark: string): Value {
  if (type === "string") return mark;
  if (type === "number") return mark.charCodeAt(0);
  if (type === "bool") return mark === "b";
  if (typeof type === "string") return null;
  const [kind, inner] = type;
  if (kind === "object")
    return Object.fromEntries(Object.entries(inner).map(([name, field]) => [name, sample(field, mark)]));
  return kind === "map" ? { key: sample(inner, mark) } : [sample(inner, mark)];
}
