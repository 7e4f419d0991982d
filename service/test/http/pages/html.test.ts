import { describe, expect, it } from "vitest";
import { coverageChart, sparkline } from "../../../src/http/pages/chart.js";
import { formatBytes, formatDuration, plural } from "../../../src/http/pages/format.js";
import { html } from "../../../src/http/pages/html.js";
import { lineRanges } from "../../../src/http/pages/line-ranges.js";
import { coverageBar } from "../../../src/http/pages/parts.js";

describe("html", () => {
  it("escapes every value, in text and in attributes", () => {
    expect(html`<a title="${`"'<>&`}">${"<b>"}</a>`.text).toBe('<a title="&quot;&#39;&lt;&gt;&amp;">&lt;b&gt;</a>');
  });

  it("keeps markup that html made, in lists of any depth", () => {
    expect(html`<ul>${[html`<li>1</li>`, [html`<li>2</li>`, "<"]]}</ul>`.text).toBe(
      "<ul><li>1</li><li>2</li>&lt;</ul>",
    );
  });

  it("shows nothing for what is absent, and shows zero", () => {
    expect(html`${null}${undefined}${false}${true}${""}${0}`.text).toBe("0");
  });
});

describe("formats", () => {
  it.each([
    [0, "0 B"],
    [1023, "1023 B"],
    [1536, "1.5 KiB"],
    [5 * 1024 ** 4, "5120.0 GiB"],
  ])("%d bytes are %s", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it("count in the plural where it is one", () => {
    expect([plural(1, "file"), plural(1234, "file"), plural(0, "repository", "repositories")]).toEqual([
      "1 file",
      "1,234 files",
      "0 repositories",
    ]);
    expect([formatDuration(7.4), formatDuration(3210)]).toEqual(["7 ms", "3.2 s"]);
  });
});

describe("line ranges", () => {
  it("join neighbours", () => {
    expect(lineRanges([1, 2, 3, 7, 9, 10])).toEqual([
      { first: 1, last: 3 },
      { first: 7, last: 7 },
      { first: 9, last: 10 },
    ]);
    expect(lineRanges([])).toEqual([]);
  });
});

describe("pictures", () => {
  const point = (coverage: string) => ({ coverage, label: "abc", path: "/p" });
  const numbersOf = (markup: string) =>
    (markup.match(/="[-\d., ]+"/g) ?? [])
      .join()
      .match(/-?[\d.]+/g)!
      .map(Number);

  it.each([
    [["50"]],
    [["0"]],
    [["100"]],
    [["100", "100"]],
    [["0", "100"]],
    [["83.33333", "83.33334"]],
    [["12.5", "99.99999", "50"]],
  ])("of %j stay within their frame", (values) => {
    const chart = coverageChart(values.map(point)).text;
    expect(chart.match(/<circle/g)).toHaveLength(values.length);
    expect(chart.match(/class="grid"/g)!.length).toBeGreaterThan(1);
    for (const number of numbersOf(chart)) {
      expect(number).toBeGreaterThanOrEqual(0);
      expect(number).toBeLessThanOrEqual(960);
    }
    expect(sparkline(values.map(Number)).text).not.toMatch(/NaN|Infinity/);
  });

  it("have parts of a bar in proportion, and an empty bar without lines", () => {
    const bar = coverageBar({ lines: 3, hits: 1, partials: 1, misses: 1 }).text;
    expect(bar).toContain('class="hit" width="33.33"');
    expect(bar).toContain('class="partial" x="33.33" width="33.33"');
    expect(coverageBar({ lines: 0, hits: 0, partials: 0, misses: 0 }).text).not.toContain('class="miss"');
  });
});
