import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { startNode } from "../support/child.js";

const MODULE = fileURLToPath(new URL("../../dist/observability/log.js", import.meta.url));
const WRITE_AND_END = `
  import(process.argv[1]).then(({ openLog }) => {
    const log = openLog({ logLevel: "info" });
    log.info("one");
    log.info("two");
    if (process.argv[2] === "exit") process.exit(3);
    throw new Error("unforeseen");
  });
`;
const WRITE = `
  import(process.argv[1]).then(({ openLog }) => {
    const log = openLog({ logLevel: "info" });
    log.debug("too small");
    log.child({ sha: "abc" }).info({
      token: "hush",
      query: { token: "hush", commit: "abc" },
      req: { headers: { authorization: "hush" } },
      settings: { signature: "hush" },
      err: Object.assign(new Error("refused"), { command: { name: "auth", args: ["hush"] }, params: ["hush"] }),
    }, "an upload");
  });
`;

it("F26: logs are JSON lines on stderr, found by commit, and hold no secrets", async () => {
  const child = startNode(["-e", WRITE, MODULE]);
  await child.exit;
  expect(child.lines).toEqual([]);
  const lines = child.stderr().trim().split("\n");
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toContain("hush");
  expect(JSON.parse(lines[0])).toMatchObject({
    level: "info",
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    sha: "abc",
    query: { commit: "abc" },
    msg: "an upload",
  });
});

it.each(["exit", "throw"])("writes its last lines before the process ends: %s", async (end) => {
  const child = startNode(["-e", WRITE_AND_END, MODULE, end]);
  await child.exit;
  const messages = child
    .stderr()
    .split("\n")
    .filter((line) => line.startsWith("{"));
  expect(messages.map((line) => JSON.parse(line).msg)).toEqual(["one", "two"]);
});
