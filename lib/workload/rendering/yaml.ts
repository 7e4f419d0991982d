import { Document, isScalar, visit } from "yaml";

const WIDEST_LIST = 100;

/**
 * YAML that parsers of version 1.1 read the same way (`no` and `yes` quoted), lines never folded, short lists on one
 * line, and shared objects written once.
 */
export function toYaml(value: unknown, replacer?: (key: unknown, value: unknown) => unknown): string {
  const options = { version: "1.1", anchorPrefix: "shared" } as const;
  const document = replacer ? new Document(value, replacer, options) : new Document(value, options);
  visit(document, {
    Seq(_key, node) {
      const scalars = node.items.filter(isScalar);
      const width = scalars.reduce((sum, { value }) => sum + String(value).length + 2, 0);
      node.flow = scalars.length === node.items.length && width <= WIDEST_LIST;
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}
