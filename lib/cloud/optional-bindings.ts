import { createRequire } from "node:module";
import { CoverstackError } from "../errors.js";

/** By hand, since an import at the top would ask everyone for packages that only some parts need. */
const load = createRequire(__filename);

export const bindings = {
  kubernetesProvider: () =>
    optional<typeof import("@cdktf/provider-kubernetes/lib/provider")>("@cdktf/provider-kubernetes/lib/provider"),
  randomProvider: () =>
    optional<typeof import("@cdktf/provider-random/lib/provider")>("@cdktf/provider-random/lib/provider"),
  randomId: () => optional<typeof import("@cdktf/provider-random/lib/id")>("@cdktf/provider-random/lib/id"),
  randomPassword: () =>
    optional<typeof import("@cdktf/provider-random/lib/password")>("@cdktf/provider-random/lib/password"),
};

const VERSIONS: Readonly<Record<string, string>> = {
  "@cdktf/provider-kubernetes": "12",
  "@cdktf/provider-random": "12",
};

/** @throws CoverstackError that names the package to install */
function optional<M>(submodule: string): M {
  const name = submodule.split("/").slice(0, 2).join("/");
  try {
    return load(submodule) as M;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    throw new CoverstackError({ what: `the package ${name} is missing`, fix: `npm install ${name}@${VERSIONS[name]}` });
  }
}
