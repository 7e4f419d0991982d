import type { Construct } from "constructs";
import type { SecretReference } from "../workload/secret-reference.js";
import type { Machine, MachineProps } from "./machine.js";
import type { Network, NetworkProps } from "./network.js";
import type { Secret, SecretProps } from "./secret.js";

/** What a strategy asks of a cloud. A strategy knows these parts only, a cloud knows no strategy. */
export interface Cloud<N extends Network = Network, M extends Machine = Machine> {
  readonly name: string;
  network(scope: Construct, id: string, props?: NetworkProps): N;
  machine(scope: Construct, id: string, props: MachineProps<N>): M;
  /** Makes the values where no one sees them: neither synthesised files nor Terraform's state hold them. */
  secret(scope: Construct, id: string, props: SecretProps): Secret<M>;
  /** A secret that is there already. */
  existingSecret(scope: Construct, id: string, reference: SecretReference): Secret<M>;
}
