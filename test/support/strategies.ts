import { type App, TerraformStack } from "cdktf";
import {
  type Cloud,
  type CloudName,
  KubernetesPlatform,
  type KubernetesPlatformProps,
  LoadBalanced,
  type LoadBalancedProps,
  SingleVm,
  type SingleVmProps,
} from "../../lib/index.js";
import { Kubernetes, type KubernetesProps } from "../../lib/kubernetes/index.js";
import { CLOUDS, HTTPS } from "./clouds.js";
import { IMAGE, OFFICE } from "./single-vm.js";
import { type Synthesised, synth } from "./synth.js";

/** Props beyond those that a test does not care for; what the types refuse can be given on purpose. */
type Some<Props> = Partial<Props> & Readonly<Record<string, unknown>>;

const common = { image: IMAGE, allowFrom: [OFFICE] };
const hostname = "coverage.example.com";

export function managedVm(stack: TerraformStack, cloud: CloudName, props: Some<SingleVmProps> = {}) {
  const all = { cloud: CLOUDS[cloud](stack), ...common, managedServices: true, ...props };
  return new SingleVm(stack, "coverage", all as SingleVmProps);
}

export function loadBalanced(stack: TerraformStack, cloud: CloudName, props: Some<LoadBalancedProps> = {}) {
  const all = { cloud: CLOUDS[cloud](stack), ...common, hostname, ...HTTPS[cloud], ...props };
  return new LoadBalanced(stack, "coverage", all as LoadBalancedProps);
}

export function platform(stack: TerraformStack, cloud: CloudName, props: Some<KubernetesPlatformProps> = {}) {
  const all = { cloud: props.cloud ?? CLOUDS[cloud](stack), ...common, hostname, ...HTTPS[cloud], ...props };
  return new KubernetesPlatform(stack, "coverage", all as KubernetesPlatformProps);
}

/** Both stacks of Strategy III in an app. */
export function kubernetes(
  app: App,
  cloud: CloudName,
  props: Some<KubernetesPlatformProps> = {},
  workload: Some<KubernetesProps> = {},
) {
  const below = platform(new TerraformStack(app, "platform"), cloud, props);
  const stack = new TerraformStack(app, "workload");
  const all = { cloud: CLOUDS[cloud](stack) as Cloud, platform: below, ...workload };
  return { platform: below, workload: new Kubernetes(stack, "coverage", all) };
}

export const synthManagedVm = (cloud: CloudName, props?: Some<SingleVmProps>): Synthesised =>
  synth((stack) => void managedVm(stack, cloud, props));
export const synthLoadBalanced = (cloud: CloudName, props?: Some<LoadBalancedProps>): Synthesised =>
  synth((stack) => void loadBalanced(stack, cloud, props));
export const synthPlatform = (cloud: CloudName, props?: Some<KubernetesPlatformProps>): Synthesised =>
  synth((stack) => void platform(stack, cloud, props));

/** The message that a build is refused with. */
export function refusal(build: () => unknown): string {
  try {
    build();
  } catch (error) {
    return (error as Error).message;
  }
  return "accepted";
}
