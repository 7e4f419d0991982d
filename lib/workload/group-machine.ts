import { type DeepPartial, merge } from "../merge.js";
import type { BootSecrets } from "./boot-secrets.js";
import type { Capacity } from "./capacity.js";
import type { MachineSize } from "./machine-size.js";
import type { MachineWorkload } from "./machine-workload.js";
import { shareMemory } from "./memory.js";
import { type ComposeFile, composeFile } from "./rendering/compose.js";
import { migrate, serviceEnvironment, statsd, web, worker } from "./rendering/compose-services.js";
import { settingsEnvironment } from "./rendering/settings-file.js";
import { type ScaledRole, WEB_PORT } from "./roles.js";
import type { Service } from "./service.js";

/** The roles that share the machines of a group. */
export type GroupRoles = readonly ["web", "worker"] | readonly [ScaledRole];

/** The port of each machine on which a load balancer reaches the web role. */
export const GROUP_PORT = 80;

/** How many machines a group has, and what each runs. */
export interface GroupPlan {
  readonly machine: MachineSize;
  /** Processes on each machine: as many as it has CPUs, so that a busy group is a group with busy CPUs. */
  readonly processes: Readonly<Record<ScaledRole, number>>;
  readonly machines: { readonly min: number; readonly max: number };
}

const LEAST_MACHINES = 2;
/** A web process waits more than it computes: beside workers, one CPU in four is enough for it. */
const WEB_SHARE = 4;

/**
 * Machines for the capacity and one to spare, two at least, so that one can be lost. Without a spare the group does not
 * scale either.
 */
export function planGroup(roles: GroupRoles, capacity: Capacity, spare: boolean): GroupPlan {
  const { web, worker } = capacity.roles;
  const machine = roles.length === 2 ? capacity.largestMachine : capacity.roles[roles[0]].machine;
  const webs = roles.length === 2 ? Math.ceil(machine.vcpus / WEB_SHARE) : machine.vcpus;
  const processes =
    roles.length === 2
      ? { web: webs, worker: Math.max(1, machine.vcpus - webs) }
      : { web: roles[0] === "web" ? machine.vcpus : 0, worker: roles[0] === "worker" ? machine.vcpus : 0 };
  const machinesFor = (webs: number, workers: number) =>
    Math.max(
      processes.web > 0 ? Math.ceil(webs / processes.web) : 0,
      processes.worker > 0 ? Math.ceil(workers / processes.worker) : 0,
    );
  const wanted = machinesFor(web.replicas, worker.replicas);
  if (!spare) return { machine, processes, machines: { min: wanted, max: wanted } };
  const min = Math.max(LEAST_MACHINES, wanted + 1);
  const max = Math.max(min, machinesFor(web.max, worker.max) + 1);
  return { machine, processes, machines: { min, max } };
}

export interface GroupMachineOptions {
  readonly image: string;
  readonly service: Service;
  readonly registries: BootSecrets["registries"];
  readonly plan: GroupPlan;
  readonly overrides: DeepPartial<ComposeFile> | undefined;
}

/** One of many equal machines. The balancer in front does a proxy's work, so there is none here (II10). */
export function groupMachine({ image, service, registries, plan, overrides }: GroupMachineOptions): MachineWorkload {
  const { processes, machine } = plan;
  const memory = shareMemory(machine, processes, []);
  const container = {
    image,
    environment: serviceEnvironment(settingsEnvironment(service.settings)),
    migrateAfter: [],
    startAfter: [],
  };
  // One container has the machine's port, so the processes that share it are inside.
  const webContainer = { ...container, environment: { ...container.environment, WEB_CONCURRENCY: `${processes.web}` } };
  const compose = composeFile({
    ...(processes.web > 0 && {
      web: web(webContainer, 1, memory.web * processes.web, { ports: [`${GROUP_PORT}:${WEB_PORT}`] }),
    }),
    ...(processes.worker > 0 && { worker: worker(container, processes.worker, memory.worker) }),
    migrate: migrate(container, memory.migrate),
    statsd: statsd(memory),
  });
  const secrets = { variables: service.secrets, files: [], registries };
  return { compose: merge(compose, overrides), settings: service.settings, secrets };
}
