import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { contextTag, packContext, readImageContext } from "../../lib/delivery/image-context.js";
import { inFolder } from "../support/programs.js";

const PLATFORM = "linux/amd64";

function clone(folder: string): string {
  const files = {
    "package.json": "{}",
    ".dockerignore": "*\n!package.json\n!service/src\n",
    "service/Dockerfile": "FROM scratch\n",
    "service/src/main.ts": "main();\n",
    "service/src/http/app.ts": "app();\n",
    "service/test/main.test.ts": "it();\n",
  };
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

const tag = (root: string, platform = PLATFORM) => contextTag(readImageContext(root), platform);

describe("what the image is built from", () => {
  it("is the Dockerfile and what .dockerignore keeps, sorted", () =>
    inFolder((folder) => {
      expect([...readImageContext(clone(folder)).keys()]).toEqual([
        "package.json",
        "service/Dockerfile",
        "service/src/http/app.ts",
        "service/src/main.ts",
      ]);
    }));

  it("holds every file that the service's Dockerfile copies, and no test", () => {
    const paths = [...readImageContext().keys()];
    const copied = [...readFileSync("service/Dockerfile", "utf8").matchAll(/^COPY (?!--from)(.+) \S+$/gm)];
    const sources = copied.flatMap(([, words]) => words.split(" "));
    expect(sources).toContain("service/src");
    expect(sources.filter((source) => !paths.some((path) => path === source || path.startsWith(`${source}/`)))).toEqual(
      [],
    );
    expect(paths.filter((path) => /\.test\.ts$|node_modules|dist\//.test(path))).toEqual([]);
  });

  it("is the same out of the file that it is packed into for npm", () =>
    inFolder((folder) => {
      const context = readImageContext(clone(join(folder, "clone")));
      mkdirSync(join(folder, "installed/dist"), { recursive: true });
      writeFileSync(join(folder, "installed/dist/image-context.json"), packContext(context));
      expect(readImageContext(join(folder, "installed"))).toEqual(context);
    }));

  it("fails where there is no source", () =>
    inFolder((folder) => {
      expect(() => readImageContext(folder)).toThrow("name it with ServiceImage.fromRegistry");
    }));

  it.each(["node_modules\n", "*\n!service/**\n", "*\nservice/src/secret\n"])(
    "fails for a .dockerignore of %j",
    (text) =>
      inFolder((folder) => {
        writeFileSync(join(clone(folder), ".dockerignore"), text);
        expect(() => readImageContext(folder)).toThrow(".dockerignore must leave out everything");
      }),
  );
});

describe("the image's tag (Q7, Q10, Q11)", () => {
  it("is the same for the same content, wherever it lies and whenever it was written", () =>
    inFolder((folder) => {
      const first = tag(clone(join(folder, "first")));
      expect(first).toMatch(/^[0-9a-f]{16}$/);
      cpSync(join(folder, "first"), join(folder, "second"), { recursive: true });
      expect(tag(join(folder, "second"))).toBe(first);
    }));

  it("stays when something else changes", () =>
    inFolder((folder) => {
      const before = tag(clone(folder));
      writeFileSync(join(folder, "service/test/main.test.ts"), "changed");
      writeFileSync(join(folder, "README.md"), "changed");
      expect(tag(folder)).toBe(before);
    }));

  it.each([
    ["content", (root: string) => writeFileSync(join(root, "service/src/main.ts"), "main( );")],
    ["a new file", (root: string) => writeFileSync(join(root, "service/src/new.ts"), "")],
    ["a lost file", (root: string) => rmSync(join(root, "service/src/http/app.ts"))],
    ["a renamed file", (root: string) => renameSync(join(root, "service/src/main.ts"), join(root, "service/src/m.ts"))],
    ["the Dockerfile", (root: string) => writeFileSync(join(root, "service/Dockerfile"), "FROM node\n")],
  ])("changes with %s", (_, change) =>
    inFolder((folder) => {
      const before = tag(clone(folder));
      change(folder);
      expect(tag(folder)).not.toBe(before);
    }),
  );

  it("changes with the platform", () =>
    inFolder((folder) => {
      expect(tag(clone(folder), "linux/arm64")).not.toBe(tag(folder));
    }));
});
