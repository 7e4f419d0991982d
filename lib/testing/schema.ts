/** A Terraform type in the JSON form that providers announce it in. */
export type Type =
  | "string"
  | "number"
  | "bool"
  | "dynamic"
  | readonly ["list" | "set" | "map", Type]
  | readonly ["object", Readonly<Record<string, Type>>];

export interface Attribute {
  readonly type: Type;
  readonly required: boolean;
  readonly optional: boolean;
  readonly computed: boolean;
  /** Taken by the provider and kept by nobody: null in plans and state. */
  readonly writeOnly: boolean;
}

export interface NestedBlock {
  readonly nesting: "single" | "list" | "set" | "map";
  readonly block: Block;
  readonly minItems: number;
  /** 0 for any number. */
  readonly maxItems: number;
}

export interface Block {
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly blocks: Readonly<Record<string, NestedBlock>>;
}

/** Whether only the provider knows it. */
export function isOnlyComputed({ computed, optional }: Attribute): boolean {
  return computed && !optional;
}
