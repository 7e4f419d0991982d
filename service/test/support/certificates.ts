import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface Certificate {
  /** Paths. */
  readonly cert: string;
  readonly key: string;
  /** PEM text of whoever issued it. */
  readonly ca: string;
}

export interface Authority {
  /** PEM text. */
  readonly ca: string;
  /** A server's certificate for a name such as DNS:localhost. */
  issue(name: string): Certificate;
}

/** A CA of its own, made by openssl, with its files in `folder`. */
export function createAuthority(folder: string, name: string): Authority {
  const root = pathsOf(folder, name);
  create(root, name, ["-addext", "basicConstraints=critical,CA:TRUE"]);
  const ca = readFileSync(root.cert, "utf8");
  let issued = 0;
  return {
    ca,
    issue(subject) {
      const paths = pathsOf(folder, `${name}-${issued++}`);
      const signed = ["-CA", root.cert, "-CAkey", root.key, "-addext", "basicConstraints=critical,CA:FALSE"];
      create(paths, "server", [...signed, "-addext", `subjectAltName=${subject}`]);
      return { ...paths, ca };
    },
  };
}

type Paths = Omit<Certificate, "ca">;

function pathsOf(folder: string, name: string): Paths {
  return { cert: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) };
}

function create({ cert, key }: Paths, name: string, options: readonly string[]): void {
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc", "-keyout", key];
  const parameters = ["req", "-x509", ...newKey, "-out", cert, "-days", "2", "-subj", `/CN=${name}`, ...options];
  execFileSync("openssl", parameters, { stdio: "pipe" });
}
