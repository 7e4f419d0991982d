import type { TerraformStack } from "cdktf";
import { parse } from "yaml";
import { Azure, type AzureNetwork, type AzureProps } from "../../lib/azure/index.js";
import type { NetworkProps } from "../../lib/cloud/network.js";
import { MACHINE_SIZES } from "../../lib/index.js";
import type { MachineFacts } from "../../lib/workload/rendering/machine-facts.js";
import { type Synthesised, synth } from "./synth.js";

/** What a test of one part builds it from. */
export interface AzureBench {
  readonly stack: TerraformStack;
  readonly cloud: Azure;
  readonly network: AzureNetwork;
}

export interface AzureBenchProps {
  readonly azure?: Partial<AzureProps>;
  readonly network?: NetworkProps;
}

/** Synthesises what `build` makes in a private network over two zones. */
export function synthAzure(build: (bench: AzureBench) => void, props: AzureBenchProps = {}): Synthesised {
  return synth((stack) => {
    const cloud = new Azure(stack, "azure", { location: "westeurope", ...props.azure });
    const network = cloud.network(stack, "network", { zones: 2, reach: "private", ...props.network });
    build({ stack, cloud, network });
  });
}

export const BOOT = "#cloud-config\npackages: []\n";

/** A machine that other parts may be opened to. */
export function someMachine({ stack, cloud, network }: AzureBench, boot = (_: MachineFacts) => BOOT) {
  return cloud.machine(stack, "machine", { network, size: MACHINE_SIZES["n1-standard-8"], boot });
}

/** Props of a group that is well. */
export function groupProps({ network }: AzureBench) {
  return {
    network,
    size: MACHINE_SIZES["n1-standard-4"],
    machines: { min: 2, max: 5 },
    targetCpuPercent: 80,
    drainSeconds: 120,
    startSeconds: 900,
    health: { port: 8000, path: "/health/ready" },
    boot: (_: MachineFacts) => BOOT,
  };
}

/** The cloud-config that the only machine, or group, of a stack boots with. */
export function cloudConfig(stack: Synthesised): { readonly bootcmd: readonly (readonly string[])[] } {
  const { locals } = JSON.parse(stack.json) as { locals: Record<string, string> };
  const texts = Object.values(locals).filter((text) => String(text).startsWith("#cloud-config"));
  if (texts.length !== 1) throw new Error(`${texts.length} cloud-configs, one was expected`);
  return parse(texts[0].replaceAll("$${", "${").replaceAll("%%{", "%{"));
}

/** The firewall rules of a stack, or of one part, a line each, sorted. */
export function rules(stack: Synthesised, part = ""): readonly string[] {
  const named = Object.entries(stack.resource.azurerm_network_security_rule ?? {});
  const lines = named
    .filter(([name]) => name.startsWith(part))
    .map(([, rule]) => {
      const peer = (side: string) =>
        [
          rule[`${side}_application_security_group_ids`],
          rule[`${side}_address_prefix`],
          rule[`${side}_address_prefixes`],
        ]
          .flat()
          .filter(Boolean)
          .join(" ")
          .replace(
            /\$\{azurerm_application_security_group\.([\w-]+?)_application-security-group_[0-9A-F]+\.id\}/g,
            "$1",
          );
      return `${rule.direction} ${rule.access} ${peer("source")} → ${peer("destination")} ${rule.destination_port_range}`;
    });
  return lines.sort();
}
