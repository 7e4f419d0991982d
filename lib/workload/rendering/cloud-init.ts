import { toYaml } from "./yaml.js";

export interface CloudInit {
  /** Packages of the distribution. */
  readonly packages: readonly string[];
  readonly files: readonly CloudInitFile[];
  /** Run once, in order, after packages and files. */
  readonly commands: readonly (readonly string[])[];
}

export interface CloudInitFile {
  readonly path: string;
  readonly content: string;
  /** Octal. @default 0644 */
  readonly permissions?: string;
}

/** A cloud-config document: what a machine does on its first boot. */
export function cloudInit({ packages, files, commands }: CloudInit): string {
  const document = {
    package_update: true,
    packages,
    write_files: files.map(({ path, content, permissions }) => ({ path, permissions: permissions ?? "0644", content })),
    runcmd: commands,
  };
  return `#cloud-config\n${toYaml(document)}`;
}
