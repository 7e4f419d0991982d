import { closest } from "../repository-yaml/closest.js";
import { propertiesOf } from "./check.js";
import { SettingsFile } from "./file-schema.js";

/**
 * The variable that one without a known section is most likely a slip of: `SERVICES__REDIS_URL` for
 * `SERVICE__REDIS_URL` and for `SERVICES_REDIS_URL`; null when it is none.
 */
export function meantVariable(name: string): string | null {
  const sections = propertiesOf(SettingsFile);
  const [first, ...keys] = name.toLowerCase().split("__");
  if (Object.hasOwn(sections, first)) return null;
  if (keys.length > 0) {
    const section = closest(first, Object.keys(sections));
    return section === null ? null : variable(section, ...keys);
  }
  for (const [section, schema] of Object.entries(sections)) {
    const key = first.slice(section.length + 1);
    if (first.startsWith(`${section}_`) && Object.hasOwn(propertiesOf(schema), key)) return variable(section, key);
  }
  return null;
}

function variable(...path: readonly string[]): string {
  return path.join("__").toUpperCase();
}
