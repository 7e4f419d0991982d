import { type BindingClass, type Member, readBinding, readRenderings } from "./binding-source.js";
import type { Attribute, Block, NestedBlock, Type } from "./schema.js";

/** What a binding's class stands for. */
export type Kind = "TerraformResource" | "TerraformDataSource" | "TerraformProvider";

/**
 * The schema that a binding was generated from, read back out of its TypeScript source.
 *
 * @returns undefined when the source holds no class of that kind
 */
export function deriveSchema(source: string, kind: Kind): Block | undefined {
  const classes = readBinding(source);
  const root = [...classes.values()].find(({ base }) => base === kind);
  if (root === undefined) return undefined;
  return kind === "TerraformProvider" ? providerBlock(source, root) : blockOf(classes, root);
}

type Classes = ReadonlyMap<string, BindingClass>;

function blockOf(classes: Classes, { members, objectAttributes, sets }: BindingClass): Block {
  const attributes: Record<string, Attribute> = {};
  const blocks: Record<string, NestedBlock> = {};
  for (const member of members) {
    const { name, computed, optional, required, construction } = member;
    const holdsObjects = construction !== undefined && !construction.type.startsWith("cdktf.");
    if (holdsObjects && !computed && !objectAttributes.has(name)) {
      blocks[name] = nestedBlock(classes, construction.type, { isSet: sets.has(name), required });
    } else {
      const writeOnly = !computed && name.endsWith("_wo");
      attributes[name] = { type: attributeType(classes, member), required, optional, computed, writeOnly };
    }
  }
  return { attributes, blocks };
}

function nestedBlock(classes: Classes, type: string, { isSet, required }: NestingFacts): NestedBlock {
  const { base, code } = known(classes, type);
  const nesting = isSet ? "set" : base === "ComplexMap" ? "map" : "list";
  const minItems = required ? 1 : 0;
  if (base !== "ComplexObject") return { nesting, block: elementBlock(classes, type), minItems, maxItems: 0 };
  const block = elementBlock(classes, type);
  // A block that may stand once is a list of one, unless its class takes no index.
  const isSingle = /super\(terraformResource, terraformAttribute, false\)/.test(code);
  return isSingle ? { nesting: "single", block, minItems: 0, maxItems: 0 } : { nesting, block, minItems, maxItems: 1 };
}

interface NestingFacts {
  readonly isSet: boolean;
  readonly required: boolean;
}

/** The block of one element of a list class, or of the class itself. */
function elementBlock(classes: Classes, type: string): Block {
  const found = known(classes, type);
  const element = /public get\(\w+: \w+\): (\w+)/.exec(found.code)?.[1];
  return found.base === "ComplexObject" || element === undefined
    ? blockOf(classes, found)
    : elementBlock(classes, element);
}

function known(classes: Classes, type: string): BindingClass {
  const found = classes.get(type);
  if (found === undefined) throw new Error(`the binding refers to a class that it does not hold: ${type}`);
  return found;
}

const GETTERS: Readonly<Record<string, Type>> = {
  String: "string",
  Number: "number",
  Boolean: "bool",
  StringMap: ["map", "string"],
  NumberMap: ["map", "number"],
  BooleanMap: ["map", "bool"],
  AnyMap: "dynamic",
};
const MAPS: Readonly<Record<string, Type>> = {
  "cdktf.StringMap": ["map", "string"],
  "cdktf.NumberMap": ["map", "number"],
  "cdktf.BooleanMap": ["map", "bool"],
  "cdktf.AnyMap": ["map", "dynamic"],
};

function attributeType(classes: Classes, { construction, getter, field }: Member): Type {
  if (construction !== undefined) return constructedType(classes, construction);
  const [, toSet, kind] = /(tolist\()?this\.get(\w+)Attribute\(/.exec(getter) ?? [];
  if (kind === "List" || kind === "NumberList") return [toSet ? "set" : "list", kind === "List" ? "string" : "number"];
  return GETTERS[kind] ?? (field === undefined ? "dynamic" : writtenType(field));
}

function constructedType(classes: Classes, { type, isSet }: NonNullable<Member["construction"]>): Type {
  if (MAPS[type]) return MAPS[type];
  const collection = isSet ? "set" : "list";
  const mapInList = /^(cdktf\.\w+Map)List$/.exec(type)?.[1];
  if (mapInList) return [collection, MAPS[mapInList]];
  const { base } = known(classes, type);
  const object = objectType(elementBlock(classes, type));
  if (base === "ComplexMap") return ["map", object];
  if (base === "MapList") return [collection, ["map", object]];
  if (base === "ComplexList") return [collection, object];
  return object;
}

function objectType({ attributes, blocks }: Block): Type {
  const fields = Object.entries(attributes).map(([name, { type }]): [string, Type] => [name, type]);
  const nested = Object.entries(blocks).map(([name, { nesting, block }]): [string, Type] => {
    const object = objectType(block);
    return [name, nesting === "single" ? object : [nesting, object]];
  });
  return ["object", Object.fromEntries([...fields, ...nested])];
}

/** What a type written in TypeScript is in Terraform. */
export function writtenType(text: string): Type {
  const type = text.replace(/\s*\|\s*cdktf\.IResolvable/g, "").trim();
  const list = /^\(?(.*?)\)?\[\]$/.exec(type);
  if (list) return ["list", writtenType(list[1])];
  const map = /^\{ \[key: string\]: (.*) \}$/.exec(type);
  if (map) return ["map", writtenType(map[1])];
  if (type === "string" || type === "number") return type;
  return type === "boolean" ? "bool" : "dynamic";
}

/** A provider's own binding has no reference classes: its nested blocks are told by the functions that render them. */
function providerBlock(source: string, { members, code }: BindingClass): Block {
  const { attributes, blocks } = renderedBlock(source, code, new Map(members.map((member) => [member.name, member])));
  const { alias: _, ...own } = attributes;
  return { attributes: own, blocks };
}

function renderedBlock(source: string, code: string, members: ReadonlyMap<string, Member>): Block {
  const attributes: Record<string, Attribute> = {};
  const blocks: Record<string, NestedBlock> = {};
  for (const { name, value, isBlock, type, storage } of readRenderings(code)) {
    const required = members.get(name)?.required ?? false;
    if (isBlock) {
      const renderer = /(\w+ToHclTerraform)/.exec(value)![1];
      const body = new RegExp(`^export function ${renderer}\\([\\s\\S]*?^}`, "m").exec(source)?.[0] ?? "";
      blocks[name] = {
        nesting: type === "set" ? "set" : "list",
        block: renderedBlock(source, body, new Map()),
        minItems: required ? 1 : 0,
        maxItems: value.includes("listMapperHcl") ? 0 : 1,
      };
    } else {
      const written = storedType(storage);
      const isSet = type === "set" && Array.isArray(written);
      attributes[name] = {
        type: isSet ? ["set", written[1] as Type] : written,
        required,
        optional: !required,
        computed: false,
        writeOnly: false,
      };
    }
  }
  return { attributes, blocks };
}

/** "string", "numberList", "stringMapList" … */
function storedType(storage: string): Type {
  const collection = /^(\w+)(List|Map)$/.exec(storage);
  if (collection) return [collection[2] === "List" ? "list" : "map", storedType(collection[1])];
  if (storage === "string" || storage === "number") return storage;
  return storage === "boolean" ? "bool" : "dynamic";
}
