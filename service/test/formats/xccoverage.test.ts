import { describe, expect, it } from "vitest";
import { xccoverage } from "../../src/formats/xccoverage.js";
import { parse, values } from "../support/parsing.js";
import { within } from "../support/within.js";

const ref = (index: number) => `<dict><key>CF$UID</key><integer>${index}</integer></dict>`;
const list = (indexes: readonly number[]) =>
  `<dict><key>NS.objects</key><array>${indexes.map(ref).join("")}</array></dict>`;
const dict = (members: Readonly<Record<string, string>>) =>
  `<dict>${Object.entries(members)
    .map(([key, value]) => `<key>${key}</key>${value}`)
    .join("")}</dict>`;
const archive = (objects: readonly string[]) =>
  `<plist version="1.0"><dict><key>$objects</key><array>${objects.join("")}</array></dict></plist>`;

const integer = (value: number) => `<integer>${value}</integer>`;

describe("xccoverage.plist", () => {
  const objects = (name: string) => [
    "<string>$null</string>",
    "<dict/>",
    list([3]),
    dict({ sourceFiles: ref(4) }),
    list([5]),
    dict({ documentLocation: ref(6), lines: ref(7) }),
    name,
    list([8, 9, 8]),
    dict({ c: integer(4) }),
    dict({ s: ref(10) }),
    list([11, 11]),
    dict({ c: integer(1), len: integer(5), x: integer(1) }),
  ];

  it("has counts of lines, and parts of those that have some, which may be referred to several times", () => {
    const { files } = parse(xccoverage, archive(objects("<string>/a.swift</string>")));
    expect(values(files["/a.swift"])).toEqual({ 1: 4, 2: "2/2", 3: 4 });
    expect(files["/a.swift"][1].columns).toEqual([{ start: 1, end: 6, hits: 1 }]);
  });

  it("passes files over that have no name", () => {
    expect(parse(xccoverage, archive(objects("<integer>3</integer>")))).toMatchObject({ files: {}, notes: [] });
  });

  it("ends where its texts are longer together than can be kept", () => {
    const texts = Array.from({ length: 70 }, () => Buffer.from(`<string>${"x".repeat(1024 * 1024)}</string>`));
    expect(parse(xccoverage, [Buffer.from('<plist version="1.0"><array>'), ...texts]).fault).toBe(
      "the texts of the property list have more than 67108864 characters together, the most that are read",
    );
  });

  it("ends where its objects refer to each other more often than they can", () => {
    const many = Array.from({ length: 1000 }, () => 3);
    const cycle = dict({ sourceFiles: ref(2), documentLocation: ref(4), lines: ref(2), s: ref(2), c: integer(1) });
    const report = archive(["<string/>", "<dict/>", list(many), cycle, "<string>a</string>"]);
    expect(within(3000, () => parse(xccoverage, report)).fault).toBe(
      "its 5 objects refer to each other more than 80 times, the most that is followed",
    );
  });
});
