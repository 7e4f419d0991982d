import { describe, expect, it } from "vitest";
import { stripKnownPrefix } from "../../src/ingest/path-prefixes.js";

describe("stripping folders that lead to the repository", () => {
  it.each([
    ["src/a.js", "src/a.js"],
    ["home/runner/work/repo/repo/src/a.js", "src/a.js"],
    ["Users/runner/work/repo/repo/src/a.js", "src/a.js"],
    ["D:/a/repo/repo/src/a.js", "src/a.js"],
    ["__w/repo/repo/src/a.js", "src/a.js"],
    ["home/travis/build/owner/repo/src/a.js", "src/a.js"],
    ["Users/travis/build/owner/repo/src/a.js", "src/a.js"],
    ["home/circleci/code/src/a.js", "src/a.js"],
    ["home/circleci/repo/src/a.js", "src/a.js"],
    ["home/circleci/project/src/a.js", "src/a.js"],
    ["var/lib/jenkins/workspace/job/src/a.js", "src/a.js"],
    ["home/jenkins/jobs/job/workspace/src/a.js", "src/a.js"],
    ["home/vsts/work/1/s/src/a.js", "src/a.js"],
    ["opt/atlassian/pipelines/agent/build/src/a.js", "src/a.js"],
    ["C:/projects/app/src/a.cs", "src/a.cs"],
    ["var/lib/buildkite-agent/builds/host/org/app/src/a.js", "src/a.js"],
    ["github.com/owner/repo/src/a.go", "src/a.go"],
    ["go/src/github.com/owner/repo/src/a.go", "src/a.go"],
    ["usr/lib/python3/site-packages/pkg/a.py", "pkg/a.py"],
    ["usr/local/lib/python3/dist-packages/pkg/a.py", "pkg/a.py"],
    ["home/user/owner/repo/src/a.js", "src/a.js"],
    ["E:/src/a.cs", "src/a.cs"],
    ["projects/app/src/a.cs", "projects/app/src/a.cs"],
    ["my-jenkins/workspace/x/a.js", "my-jenkins/workspace/x/a.js"],
    ["environment/a.js", "environment/a.js"],
    ["src/env/a.js", "src/env/a.js"],
    ["app/node_modules_of_mine/a.js", "app/node_modules_of_mine/a.js"],
  ])("makes %s into %s", (path, expected) => {
    expect(stripKnownPrefix(path)).toBe(expected);
  });

  it.each([
    "node_modules/x/a.js",
    "bower_components/x/a.js",
    "usr/include/stdio.h",
    "venv/lib/python3/a.py",
    "x/.virtualenv/lib/a.py",
    "x/envs/test/lib/a.py",
    "<frozen importlib>",
  ])("leaves out %s, which is no file of the repository", (path) => {
    expect(stripKnownPrefix(path)).toBeNull();
  });

  it("takes time that grows with the path's length", () => {
    const started = performance.now();
    for (const part of ["env/", "x/site-packages/", "a/projects/", "jenkins/workspace/", "github.com/"]) {
      stripKnownPrefix(`${part.repeat(4096 / part.length)}x.py`);
    }
    expect(performance.now() - started).toBeLessThan(500);
  });
});
