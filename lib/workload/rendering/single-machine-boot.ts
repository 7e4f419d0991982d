import type { SingleMachine } from "../single-machine.js";
import {
  DOCKER_DROP_IN,
  DOCKER_SETTINGS,
  FETCH_SECRETS,
  MOUNT_DATA,
  SERVICE_FOLDER,
  SERVICE_UNIT,
} from "./boot-scripts.js";
import { type CloudInitFile, cloudInit } from "./cloud-init.js";
import { renderCompose } from "./compose.js";
import type { MachineFacts } from "./machine-facts.js";
import { settingsFile } from "./settings-file.js";
import { CERTIFICATE_FILES, certificateConfiguration } from "./traefik.js";

/** The cloud-config of the one machine. It holds no secret: those are fetched when the service starts. */
export function singleMachineBoot(machine: SingleMachine, facts: MachineFacts): string {
  const hasCertificate = machine.secrets.files.length > 0;
  return cloudInit({
    packages: ["docker.io", "docker-compose-v2", "unattended-upgrades", ...facts.packages],
    files: [
      serviceFile("docker-compose.yml", renderCompose(machine.compose)),
      serviceFile("codecov.yml", settingsFile(machine.settings)),
      serviceFile("secrets.json", `${JSON.stringify(machine.secrets)}\n`),
      ...(hasCertificate ? [serviceFile(`${CERTIFICATE_FILES.folder}/tls.yml`, certificateConfiguration())] : []),
      program("read-secret", facts.readSecret),
      program("fetch-secrets", FETCH_SECRETS),
      program("mount-data", MOUNT_DATA),
      { path: "/etc/docker/daemon.json", content: DOCKER_SETTINGS },
      { path: "/etc/systemd/system/docker.service.d/data-disk.conf", content: DOCKER_DROP_IN },
      { path: "/etc/systemd/system/coverstack.service", content: SERVICE_UNIT },
    ],
    commands: [
      [`${SERVICE_FOLDER}/bin/mount-data`, facts.dataDevice],
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
