import { spawn } from "node:child_process";
import { once } from "node:events";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { realParts } from "../../../test/support/real-parts.js";
import type { BucketSettings } from "../../src/settings/settings.js";
import { freePort } from "./free-port.js";
import { until } from "./until.js";

export interface S3Server {
  readonly settings: BucketSettings;
  createBucket(name: string): Promise<void>;
  stop(): Promise<void>;
}

/** An S3 of its own on loopback with one empty bucket, kept in memory by moto. */
export async function startS3(): Promise<S3Server> {
  const port = await freePort();
  const main = "import sys; from moto.server import main; main(sys.argv[1:])";
  const server = spawn(realParts().moto!, ["-c", main, "-H", "127.0.0.1", "-p", `${port}`], { stdio: "ignore" });
  const settings: BucketSettings = {
    kind: "s3",
    bucket: "reports",
    region: "us-east-1",
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  };
  const answers = () =>
    fetch(settings.endpoint!).then(
      () => true,
      () => false,
    );
  await until(answers, 30_000);
  const client = new S3Client({
    region: settings.region,
    endpoint: settings.endpoint!,
    credentials: settings.credentials!,
    forcePathStyle: true,
  });
  const createBucket = async (name: string) => void (await client.send(new CreateBucketCommand({ Bucket: name })));
  await createBucket(settings.bucket);
  return {
    settings,
    createBucket,
    async stop() {
      client.destroy();
      const exit = once(server, "exit");
      server.kill();
      await exit;
    },
  };
}
