import { dependable, type ITerraformDependable, type TerraformResource } from "cdktf";
import { Construct } from "constructs";
import type { Identity } from "./identity.js";

/** An identity whose machines wait for what was given to `startAfter`. */
export abstract class WaitingIdentity extends Construct implements Identity {
  /** What was given to `startAfter`; whatever waits shares this list and sees what is added later. */
  readonly dependencies: string[] = [];
  readonly #known = new Set<ITerraformDependable>();

  startAfter(...dependencies: readonly ITerraformDependable[]): void {
    for (const dependency of dependencies) {
      const name = dependable(dependency);
      // A construct's name is another token each time that it is asked for.
      if (this.#known.has(dependency) || this.dependencies.includes(name)) continue;
      this.#known.add(dependency);
      this.dependencies.push(name);
    }
  }

  /** Keeps a resource waiting for everything that this identity is to start after, also what is added later. */
  holdBack(resource: TerraformResource): void {
    this.startAfter(...(resource.dependsOn ?? []).map((fqn) => ({ fqn })));
    resource.dependsOn = this.dependencies;
  }
}
