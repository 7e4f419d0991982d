import { jsonFormat } from "./json-format.js";
import { JsonChoice } from "./json-splitter.js";
import { memberOf, parseJson } from "./json-values.js";
import { addCounts } from "./scala.js";

/** JSON of Salesforce's Apex tests: a list of classes, each with counts by line. */
export const salesforce = jsonFormat("salesforce", ({ lines }) => ({
  choose: (path) => (path.length === 0 ? JsonChoice.Enter : JsonChoice.Take),
  value(_, bytes) {
    const file = parseJson(bytes, "a class");
    const name = memberOf(file, "name");
    addCounts(typeof name !== "string" || name.includes(".") ? name : `${name}.cls`, memberOf(file, "lines"), lines);
  },
}));
