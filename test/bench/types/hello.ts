import { Instance } from "@cdktf/provider-aws/lib/instance";
import { LinuxVirtualMachine } from "@cdktf/provider-azurerm/lib/linux-virtual-machine";
import { ComputeInstance } from "@cdktf/provider-google/lib/compute-instance";
import { DeploymentV1 } from "@cdktf/provider-kubernetes/lib/deployment-v1";

/** The smallest program of its kind: one submodule of each provider. */
export const parts = [Instance, LinuxVirtualMachine, ComputeInstance, DeploymentV1];
