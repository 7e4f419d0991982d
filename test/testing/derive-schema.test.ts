import { describe, expect, it } from "vitest";
import { sourceOf } from "../../lib/testing/binding-source.js";
import { bindingOf } from "../../lib/testing/bindings.js";
import { deriveSchema, writtenType } from "../../lib/testing/derive-schema.js";
import { RehearsalError } from "../../lib/testing/index.js";

const SOURCE = `
export function diskRuleToTerraform(struct?: DiskRule): any {
  return {
    labels: cdktf.listMapper(diskRuleLabelsToTerraform, false)(struct!.labels),
  }
}

export function diskRuleToHclTerraform(struct?: DiskRule): any {
  const attrs = {
    labels: {
      value: cdktf.listMapperHcl(diskRuleLabelsToHclTerraform, false)(struct!.labels),
      isBlock: true,
      type: "set",
      storageClassType: "DiskRuleLabelsList",
    },
  };
}

export class DiskRuleLabelsOutputReference extends cdktf.ComplexObject {
  // key - computed: true, optional: true, required: false
  private _key?: string; 
  public get key() {
    return this.getStringAttribute('key');
  }
}

export class DiskRuleLabelsList extends cdktf.ComplexList {
  public get(index: number): DiskRuleLabelsOutputReference {
    return new DiskRuleLabelsOutputReference(this.terraformResource, this.terraformAttribute, index, this.wrapsSet);
  }
}

export class DiskRuleOutputReference extends cdktf.ComplexObject {
  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string) {
    super(terraformResource, terraformAttribute, false, 0);
  }
  // labels - computed: false, optional: true, required: false
  private _labels = new DiskRuleLabelsList(this, "labels", true);
  public get labels() {
    return this._labels;
  }
}

export class DiskTimeoutsOutputReference extends cdktf.ComplexObject {
  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string) {
    super(terraformResource, terraformAttribute, false);
  }
  // create - computed: false, optional: true, required: false
  private _create?: string; 
  public get create() {
    return this.getStringAttribute('create');
  }
}

export class Disk extends cdktf.TerraformResource {
  // key_wo - computed: false, optional: true, required: false
  private _keyWo?: string; 
  public get keyWo() {
    return this.getStringAttribute('key_wo');
  }
  // has_key_wo - computed: true, optional: false, required: false
  public get hasKeyWo() {
    return this.getBooleanAttribute('has_key_wo');
  }
  // size - computed: false, optional: false, required: true
  private _size?: number; 
  public get size() {
    return this.getNumberAttribute('size');
  }
  // zones - computed: false, optional: true, required: false
  private _zones?: string[]; 
  public get zones() {
    return cdktf.Fn.tolist(this.getListAttribute('zones'));
  }
  // tags - computed: true, optional: true, required: false
  private _tags?: { [key: string]: string }; 
  public get tags() {
    return this.getStringMapAttribute('tags');
  }
  // rule - computed: false, optional: false, required: true
  private _rule = new DiskRuleOutputReference(this, "rule");
  public get rule() {
    return this._rule;
  }
  // timeouts - computed: false, optional: true, required: false
  private _timeouts = new DiskTimeoutsOutputReference(this, "timeouts");
  public get timeouts() {
    return this._timeouts;
  }
}
`;

describe("a schema derived from a binding's source", () => {
  const schema = deriveSchema(SOURCE, "TerraformResource")!;
  const attribute = { required: false, optional: false, computed: false, writeOnly: false };

  it("has every attribute with its type and who gives it", () => {
    expect(schema.attributes).toEqual({
      key_wo: { ...attribute, type: "string", optional: true, writeOnly: true },
      has_key_wo: { ...attribute, type: "bool", computed: true },
      size: { ...attribute, type: "number", required: true },
      zones: { ...attribute, type: ["set", "string"], optional: true },
      tags: { ...attribute, type: ["map", "string"], optional: true, computed: true },
    });
  });

  it("has every block with how often it stands", () => {
    expect(schema.blocks.rule).toMatchObject({ nesting: "list", minItems: 1, maxItems: 1 });
    expect(schema.blocks.timeouts).toMatchObject({ nesting: "single", minItems: 0, maxItems: 0 });
  });

  it("takes objects that a block is not made of for an attribute", () => {
    const type = ["set", ["object", { key: "string" }]];
    expect(schema.blocks.rule.block).toEqual({
      attributes: { labels: { ...attribute, type, optional: true } },
      blocks: {},
    });
  });

  it("is none where the source has no class of the kind", () => {
    expect(deriveSchema(SOURCE, "TerraformDataSource")).toBeUndefined();
  });
});

describe("a type written in TypeScript", () => {
  it.each([
    ["string", "string"],
    ["boolean | cdktf.IResolvable", "bool"],
    ["number[]", ["list", "number"]],
    ["{ [key: string]: string }", ["map", "string"]],
    ["{ [key: string]: string }[] | cdktf.IResolvable", ["list", ["map", "string"]]],
    ["string[][] | cdktf.IResolvable", ["list", ["list", "string"]]],
    ["any", "dynamic"],
  ])("%s is %j", (written, type) => {
    expect(writtenType(written)).toEqual(type);
  });
});

describe("an installed binding", () => {
  it("finds resources, data sources and the provider", () => {
    const aws = bindingOf("aws");
    expect(aws.resource("aws_vpc").attributes.cidr_block).toMatchObject({ optional: true, computed: true });
    expect(aws.dataSource("aws_availability_zones").attributes.names).toMatchObject({ type: ["list", "string"] });
    expect(aws.provider.blocks.default_tags.block.attributes.tags.type).toEqual(["map", "string"]);
    expect(bindingOf("azurerm").provider.blocks.features.nesting).toBe("list");
    expect(aws.provider.attributes).not.toHaveProperty("alias");
  });

  it("finds a resource whose folder has another name", () => {
    expect(bindingOf("random").resource("random_string").attributes.length).toMatchObject({ required: true });
  });

  it("refuses a type that it does not have", () => {
    expect(() => bindingOf("random").resource("random_word")).toThrow(
      "@cdktf/provider-random has no random_word: is it another version than the stack was made with?",
    );
  });

  it("refuses a provider without a binding, and says what to install", () => {
    expect(() => bindingOf("nomad")).toThrow(RehearsalError);
    expect(() => bindingOf("nomad")).toThrow("npm install --save-dev @cdktf/provider-nomad");
  });

  it("is of no use without its source", () => {
    expect(sourceOf("exports.Disk = 1;")).toBeUndefined();
  });
});
