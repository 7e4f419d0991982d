import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { FETCH_SECRETS, MOUNT_DATA } from "../../../lib/workload/rendering/boot-scripts.js";
import { bootOf } from "../../support/boot.js";
import { inFolder, program, run, SLOW } from "../../support/programs.js";
import { realParts } from "../../support/real-parts.js";
import { synthSingleVm } from "../../support/single-vm.js";

const { cloudInit, shellcheck } = realParts();
const has = (name: string) => run("sh", ["-c", `command -v ${name}`]).status === 0;

describe("the first boot", SLOW, () => {
  const boot = bootOf(synthSingleVm());

  it("installs from the distribution alone", () => {
    expect(boot.packages).toEqual(["docker.io", "docker-compose-v2", "unattended-upgrades", "python3-boto3"]);
    expect(boot.text).not.toMatch(/curl|wget|github\.com/);
  });

  it("mounts the data disk by its own name before Docker may start", () => {
    const [mount, ...rest] = boot.commands;
    expect(mount[0]).toBe("/opt/coverstack/bin/mount-data");
    expect(mount[1]).toMatch(/^\/dev\/disk\/by-id\/nvme-Amazon_Elastic_Block_Store_\$\{replace\(aws_ebs_volume\./);
    expect(rest.map((words) => words.join(" "))).toEqual([
      "systemctl daemon-reload",
      "systemctl restart docker.service",
      "systemctl enable --now --no-block coverstack.service",
    ]);
    expect(boot.files["data-disk.conf"]).toContain("ConditionPathIsMountPoint=/var/lib/docker");
  });

  it("runs compose as a unit that fetches the secrets first and tries again", () => {
    const unit = boot.files["coverstack.service"];
    expect(unit).toContain("ExecStartPre=/opt/coverstack/bin/fetch-secrets\n");
    expect(unit).toContain("ExecStart=/usr/bin/docker compose up --detach --remove-orphans\n");
    expect(unit).toContain("ExecStop=/usr/bin/docker compose down\n");
    expect(unit).toContain("Restart=on-failure\n");
  });

  it("leaves most of EC2's 16 KiB, compressed as it travels", () => {
    expect(gzipSync(boot.text).length).toBeLessThan(8_000);
  });

  it.runIf(cloudInit)("is valid to the real cloud-init", async () => {
    const { status, output } = await inFolder((folder) => {
      writeFileSync(join(folder, "user-data"), boot.text);
      return run(cloudInit!, ["schema", "--config-file", join(folder, "user-data")]);
    });
    expect(status, output).toBe(0);
  });

  it.runIf(shellcheck)("has a shell script that ShellCheck has nothing to say about", () => {
    const { status, output } = run(shellcheck!, ["-"], { input: boot.files["mount-data"] });
    expect(status, output).toBe(0);
  });
});

describe.runIf(has("blkid") && has("mkfs.ext4"))("mounting the data disk", SLOW, () => {
  /** The real blkid and mkfs on a file that stands for the disk; mounting itself is only noted. */
  function mountData(folder: string, prepare: (disk: string) => void) {
    const disk = join(folder, "disk");
    run("truncate", ["-s", "16M", disk]);
    prepare(disk);
    const before = readFileSync(disk);
    const path = `${folder}:${process.env.PATH}:/usr/sbin:/sbin`;
    program(folder, "mount", `#!/bin/sh\necho "$@" >>"${folder}/mounted"\n`);
    program(folder, "mountpoint", "#!/bin/sh\nexit 1\n");
    writeFileSync(join(folder, "fstab"), "");
    const script = program(folder, "mount-data", MOUNT_DATA);
    const env = { ...process.env, PATH: path, FSTAB: join(folder, "fstab") };
    const outcome = run(script, [disk, join(folder, "docker")], { env });
    const again = run(script, [disk, join(folder, "docker")], { env });
    return {
      outcome,
      again,
      kept: before.equals(readFileSync(disk)),
      fstab: readFileSync(join(folder, "fstab"), "utf8"),
    };
  }
  const format = (disk: string) => run("mkfs.ext4", ["-q", disk], { env: { PATH: "/usr/sbin:/sbin:/usr/bin" } });

  it("formats a blank disk, once", () =>
    inFolder((folder) => {
      const { outcome, again, kept, fstab } = mountData(folder, () => {});
      expect([outcome, again].map(({ status, output }) => [status, output])).toEqual([
        [0, ""],
        [0, ""],
      ]);
      expect(kept).toBe(false);
      expect(fstab).toMatch(/^UUID=[0-9a-f-]{36} \S+\/docker ext4 defaults,nofail,\S+ 0 2\n$/);
      expect(readFileSync(join(folder, "mounted"), "utf8")).toContain(join(folder, "docker"));
    }));

  it("never touches a disk that holds a file system", () =>
    inFolder((folder) => {
      const { outcome, kept } = mountData(folder, format);
      expect(outcome.status, outcome.output).toBe(0);
      expect(kept).toBe(true);
    }));

  it("leaves alone what it cannot read", () =>
    inFolder((folder) => {
      program(folder, "blkid", "#!/bin/sh\nexit 8\n");
      const { outcome, kept } = mountData(folder, () => {});
      expect(outcome.status).toBe(1);
      expect(outcome.output).toContain("cannot tell what is on");
      expect(kept).toBe(true);
    }));
});

describe.runIf(has("python3"))("fetching secrets", SLOW, () => {
  const wanted = {
    variables: [
      { variable: "COVERSTACK_DATABASE_PASSWORD", secret: "generated", key: "database_password" },
      { variable: "COVERSTACK_GITHUB_CLIENT_SECRET", secret: "plain" },
    ],
    files: [{ path: "config/ssl.key", secret: "certificate", key: "private_key" }],
    registries: [{ server: "ghcr.io", secret: "registry" }],
  };
  const secrets: Record<string, string> = {
    generated: JSON.stringify({ database_password: "d4t4base" }),
    plain: "gh $ecret",
    certificate: JSON.stringify({ private_key: "-----BEGIN\nKEY-----\n" }),
    registry: JSON.stringify({ username: "ci", password: "pa$$" }),
  };

  /** The real script beside a reader that reads files, and a docker that notes its login. */
  function fetchSecrets(folder: string, overrides: Record<string, string> = {}) {
    const bin = join(folder, "bin");
    mkdirSync(bin);
    for (const [name, text] of Object.entries({ ...secrets, ...overrides })) writeFileSync(join(folder, name), text);
    writeFileSync(join(folder, "secrets.json"), JSON.stringify(wanted));
    program(bin, "read-secret", `#!/bin/sh\necho "$1" >>"${folder}/reads"\ncat "${folder}/$1"\n`);
    program(bin, "docker", `#!/bin/sh\nprintf '%s ' "$@" >"${folder}/login"\ncat >>"${folder}/login"\n`);
    const script = program(bin, "fetch-secrets", FETCH_SECRETS);
    return run("python3", [script], { env: { ...process.env, PATH: `${bin}:${process.env.PATH}` } });
  }

  it("writes variables and files for their owner's eyes only, logs in, and prints nothing", () =>
    inFolder((folder) => {
      const { status, output } = fetchSecrets(folder);
      expect([status, output]).toEqual([0, ""]);
      expect(readFileSync(join(folder, ".env"), "utf8")).toBe(
        "COVERSTACK_DATABASE_PASSWORD='d4t4base'\nCOVERSTACK_GITHUB_CLIENT_SECRET='gh $ecret'\n",
      );
      expect(readFileSync(join(folder, "config/ssl.key"), "utf8")).toBe("-----BEGIN\nKEY-----\n");
      for (const file of [".env", "config/ssl.key"]) expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
      expect(readFileSync(join(folder, "login"), "utf8")).toBe("login ghcr.io --username ci --password-stdin pa$$");
    }));

  it("reads each secret once", () =>
    inFolder((folder) => {
      fetchSecrets(folder);
      expect(readFileSync(join(folder, "reads"), "utf8").trim().split("\n").sort()).toEqual(
        Object.keys(secrets).sort(),
      );
    }));

  it.each([
    [{ plain: "two\nlines" }, "COVERSTACK_GITHUB_CLIENT_SECRET must not hold a quote or a line break"],
    [{ generated: '{"other": "hidden"}' }, "secret generated has no text field 'database_password'; it has ['other']"],
    [{ generated: "hidden" }, "secret generated must hold a JSON object to take 'database_password' from"],
  ])("says what is wrong with a secret, never what is in it: %o", (overrides, message) =>
    inFolder((folder) => {
      const { status, output } = fetchSecrets(folder, overrides as Record<string, string>);
      expect(status).toBe(1);
      expect(output).toContain(message);
      expect(output).not.toMatch(/two|lines|hidden/);
    }),
  );
});
