import fc from "fast-check";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { logOptions } from "../../src/observability/log.js";
import { type AnsweredRequest, openRequestLog } from "../../src/observability/request-log.js";
import type { Settings } from "../../src/settings/settings.js";

const REQUEST: AnsweredRequest = {
  id: "9f0c-1",
  method: "POST",
  path: "/upload/v4",
  status: 200,
  milliseconds: 3,
  about: {},
};

function logged(logLevel: Settings["logLevel"], write: (log: pino.Logger) => void): unknown[] {
  const lines: string[] = [];
  write(pino({ ...logOptions({ logLevel }), timestamp: () => ',"time":"now"' }, { write: (line) => lines.push(line) }));
  return lines.map((line) => {
    expect(line.endsWith("}\n")).toBe(true);
    return JSON.parse(line);
  });
}

describe("a request's line in the log", () => {
  it("is as pino would have written it", () => {
    const about = { sha: "abc", repository: "o/r" };
    const [ours, pinos] = logged("info", (log) => {
      openRequestLog(log)("info", { ...REQUEST, about });
      const { id, about: _, ...fields } = REQUEST;
      log.info({ requestId: id, ...fields, ...about }, "request");
    });
    expect(ours).toEqual(pinos);
    expect(ours).toMatchObject({ level: "info", time: "now", pid: process.pid });
  });

  it("carries what its logger is bound to", () => {
    const [line] = logged("info", (log) => openRequestLog(log.child({ role: "api" }))("info", REQUEST));
    expect(line).toMatchObject({ role: "api", path: "/upload/v4" });
  });

  it("is left out below the log's level", () => {
    expect(logged("info", (log) => openRequestLog(log)("debug", REQUEST))).toEqual([]);
    expect(logged("debug", (log) => openRequestLog(log)("debug", REQUEST))).toMatchObject([{ level: "debug" }]);
  });

  it("is one line of JSON whatever the client sent", () => {
    const text = fc.string({ unit: "binary" });
    fc.assert(
      fc.property(text, text, (path, repository) => {
        const [line] = logged("info", (log) =>
          openRequestLog(log)("info", { ...REQUEST, path, about: { repository } }),
        );
        expect(line).toMatchObject({ path, repository });
      }),
    );
  });
});
