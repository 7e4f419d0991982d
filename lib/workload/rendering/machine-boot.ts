import type { MachineWorkload } from "../machine-workload.js";
import {
  DOCKER_DROP_IN,
  DOCKER_SETTINGS,
  FETCH_SECRETS,
  MOUNT_DATA,
  SERVICE_FOLDER,
  serviceUnit,
} from "./boot-scripts.js";
import { type CloudInitFile, cloudInit } from "./cloud-init.js";
import { renderCompose } from "./compose.js";
import type { MachineFacts } from "./machine-facts.js";
import { settingsFile } from "./settings-file.js";
import { CERTIFICATE_FILES, certificateConfiguration } from "./traefik.js";

/** The cloud-config of a machine. It holds no secret: those are fetched when the service starts. */
export function machineBoot(workload: MachineWorkload, facts: MachineFacts): string {
  const { compose, settings, secrets } = workload;
  const hasDataDisk = facts.dataDevice !== undefined;
  const logsInAsItself = secrets.registries.some(({ secret }) => secret === undefined);
  return cloudInit({
    packages: ["docker.io", "docker-compose-v2", "unattended-upgrades", ...facts.packages],
    files: [
      serviceFile("docker-compose.yml", renderCompose(compose)),
      serviceFile("codecov.yml", settingsFile(settings)),
      serviceFile("secrets.json", `${JSON.stringify(secrets)}\n`),
      ...(secrets.files.length > 0
        ? [serviceFile(`${CERTIFICATE_FILES.folder}/tls.yml`, certificateConfiguration())]
        : []),
      program("read-secret", facts.readSecret),
      ...(logsInAsItself ? [program("registry-login", facts.registryLogin)] : []),
      program("fetch-secrets", FETCH_SECRETS),
      ...(hasDataDisk ? [program("mount-data", MOUNT_DATA)] : []),
      { path: "/etc/docker/daemon.json", content: DOCKER_SETTINGS },
      ...(hasDataDisk
        ? [{ path: "/etc/systemd/system/docker.service.d/data-disk.conf", content: DOCKER_DROP_IN }]
        : []),
      { path: "/etc/systemd/system/coverstack.service", content: serviceUnit(hasDataDisk) },
    ],
    commands: [
      ...(facts.dataDevice === undefined ? [] : [[`${SERVICE_FOLDER}/bin/mount-data`, facts.dataDevice]]),
      ["systemctl", "daemon-reload"],
      ["systemctl", "restart", "docker.service"],
      ["systemctl", "enable", "--now", "--no-block", "coverstack.service"],
    ],
  });
}

function serviceFile(name: string, content: string): CloudInitFile {
  return { path: `${SERVICE_FOLDER}/${name}`, content };
}

function program(name: string, content: string): CloudInitFile {
  return { path: `${SERVICE_FOLDER}/bin/${name}`, content, permissions: "0755" };
}
