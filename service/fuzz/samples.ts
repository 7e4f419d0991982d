/** A small report of each format with two files, odd in as many ways as reports are. */
export const SAMPLES: Readonly<Record<string, string>> = {
  lcov: `TN:test
SF:src/ä.ts
FN:3,(anonymous_1)
FNDA:2,(anonymous_1)
DA:2,1
DA:3,1e3
DA:5,-1\r
DA:4,0,46ba21aa
BRDA:3,0,0,1
BRDA:3,0,1,-
BRDA:4,e1,x,0
LF:3
end_of_record
SF:src/b.cpp
FN:2,_Zfoo
DA:2,77
BRDA:2,0,0,0
DA:0,1
end_of_record
SF:src/ä.ts
DA:2,9
end_of_record`,
  cobertura: `<?xml version="1.0" ?>
<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">
<!-- a > comment -->
<coverage line-rate="0.5"><sources><source>/home/ci/&#65;</source></sources><packages><package name="p"><classes>
<class name="a" filename="src/ä.py"><methods><method name="&lt;init&gt;"><lines><line number="3" hits="1"/></lines></method></methods>
<lines><line number="1" hits="2.5"/><line number="3" hits="0" branch="true" condition-coverage="50% (1/2)" missing-branches="4,exit"/>
<line number="5" branch="True" condition-coverage="0% (0/2)" hits='0'><conditions><condition number="0" type="jump" coverage="0%"/></conditions></line>
</lines></class><class filename="b"><lines><line number="undefined" hits="1"/><line number="2" hits="1"></line></lines></class>
</classes></package></packages></coverage>
`,
  jacoco: `<?xml version="1.0"?><!DOCTYPE report PUBLIC "-//JACOCO//DTD" "report.dtd"><report name="app"><sessioninfo id="x" start="1" dump="2"/>
<package name="a/b"><class name="a/b/C" sourcefilename="C.java"><method name="m" desc="()V" line="3"><counter type="LINE" missed="0" covered="1"/>
<counter type="COMPLEXITY" missed="1" covered="2"/></method></class><class name="a/b/C$D"><method name="x" line="5"><counter type="COMPLEXITY" missed="1" covered="0"/></method></class>
<sourcefile name="C.java"><line nr="3" mi="0" ci="4" mb="1" cb="1"/><line nr="4" mi="2" ci="0" mb="0" cb="0"/><line nr="5" mi="0" ci="3" mb="0" cb="2"/><line nr="0" mi="0" ci="3" mb="0" cb="0"/>
<counter type="LINE" missed="1" covered="2"/></sourcefile><sourcefile name="&#65;.kt"><line nr="1" mi="0" ci="1" mb="0" cb="0"></line></sourcefile></package></report>`,
  clover: `<?xml version="1.0"?><coverage generated="1700000000" clover="3.2.0"><project timestamp="1"><metrics loc="9"/><package name="p"><file name="a.js" path="src/a.js">
<metrics loc="3"/><line num="1" count="2" type="stmt"/><line num="2" count="0" type="cond" truecount="1" falsecount="0"/><line num="3" type="method" name="f" complexity="2" count="1"/></file>
<file name="src/b.php"><line num="1" type="stmt" count="1"/><line num="9" type="stmt" count="1"/><metrics loc="5" ncloc="4"/></file></package>
<file name="vendor/c.php"><line num="1" type="stmt" count="1"/></file><file name="empty.js"/></project></coverage>`,
  phpunit: `<?xml version="1.0"?><phpunit xmlns="https://schema.phpunit.de/coverage/1.0"><file name="a.php" path="/sub"><totals><lines total="9" executable="3" executed="1"/></totals>
<class name="A" start="2" executable="3" executed="1"><method name="f" start="3" end="6" executable="3" executed="1"/></class><coverage><line nr="4"><covered by="t1"/><covered by="t2"/></line></coverage>
<source><line no="3"><token name="T_FUNCTION">function</token><token name="T_OPEN_CURLY">{</token></line><line no="4"><token name="T_IF">if</token></line><line no="5"><token name="T_RETURN">return</token></line><line no="6"><token name="T_RETURN">return</token><token name="T_CLOSE_CURLY">}</token></line></source></file>
<file name="b.php" path="/"><totals><lines executable="1" executed="0"/></totals><function name="g" start="2" executable="1" executed="0"/></file></phpunit>`,
  opencover: `<CoverageSession><Modules><Module hash="1"><Files><File uid="1" fullPath="C:\\src\\A.cs"/><File uid="2" fullPath="src/B.cs"/></Files><Classes><Class><Methods>
<Method visited="true"><FileRef uid="1"/><SequencePoints><SequencePoint vc="2" sl="3" sc="1" el="3" ec="9" bec="0" bev="0"/><SequencePoint vc="1" sl="5" el="7" bec="2" bev="1"/></SequencePoints>
<BranchPoints><BranchPoint vc="0" sl="5" offset="4" offsetend="9"/><BranchPoint vc="1" sl="5" offset="4" offsetend="2"/></BranchPoints></Method>
<Method><FileRef uid="2"/><SequencePoints><SequencePoint vc="0" sl="1" el="1"/></SequencePoints></Method></Methods></Class></Classes></Module></Modules></CoverageSession>`,
  jetbrains: `<Root CoveredStatements="2"><FileIndices><File Index="1" Name="C:\\a\\A.cs"/><File Index="2" Name="b/B.cs"/></FileIndices><Assembly><Method>
<Statement FileIndex="1" Line="3" Column="2" EndLine="3" EndColumn="8" Covered="True"/><Statement FileIndex="1" Line="3" Column="9" EndLine="3" EndColumn="12" Covered="False"/>
<Statement FileIndex="2" Line="1" Column="2" EndLine="4" EndColumn="8" Covered="False"/></Method></Assembly></Root>`,
  mono: `<coverage version="0.3"><assembly name="x"><method filename="/a/A.cs"><statement offset="0" counter="2" line="3" column="1"/><statement counter="0" line="4"/></method>
<method filename="b/B.cs"><statement counter="1" line="1"/></method></assembly></coverage>`,
  vb: `<results><modules><module name="m"><functions><function><ranges><range source_id="0" covered="yes" start_line="1" end_line="2"/><range source_id="0" covered="partial" start_line="3" end_line="3"/>
<range source_id="1" covered="no" start_line="4" end_line="4"/></ranges></function></functions><source_files><source_file id="0" path="src\\A.vb"/><source_file id="1" path="B.vb"/></source_files></module></modules></results>`,
  vb2: `<CoverageDSPriv><Module><Lines><LnStart>1</LnStart></Lines></Module><Lines><LnStart>1</LnStart><LnEnd>2</LnEnd><Coverage>0</Coverage><SourceFileID>1</SourceFileID></Lines>
<Lines><LnStart>3</LnStart><LnEnd>3</LnEnd><Coverage>1</Coverage><SourceFileID>1</SourceFileID></Lines><Lines><LnStart>4</LnStart><LnEnd>4</LnEnd><Coverage>2</Coverage><SourceFileID>2</SourceFileID></Lines>
<SourceFileNames><SourceFileID>1</SourceFileID><SourceFileName>src\\A.vb</SourceFileName></SourceFileNames><SourceFileNames><SourceFileID>2</SourceFileID><SourceFileName>B.vb</SourceFileName></SourceFileNames></CoverageDSPriv>`,
  scoverage: `<statements><statement><source>src/A.scala</source><line>3</line><branch>false</branch><count>2</count><ignored>false</ignored></statement>
<statement><source>src/A.scala</source><line>4</line><branch>true</branch><count>1</count><ignored>false</ignored></statement><statement><source>src/A.scala</source><line>5</line><count>1</count><ignored>true</ignored></statement>
<statement><source>B.scala</source><line>1</line><count>0</count></statement></statements>`,
  bullseye: `<BullseyeCoverage name="x" buildId="1_2020-10-28_17:55:47" xmlns="https://www.bullseye.com/covxml"><folder name="src"><folder name="lib"><src name="a.cpp"><fn name="f"><probe line="1" kind="function" event="full"/>
<probe line="2" kind="decision" event="true"/><probe line="3" kind="condition" event="none"/><probe line="4" kind="try" event="full"/></fn></src></folder><src name="b.cpp"><fn><probe line="1" kind="function" event="none"/></fn></src></folder></BullseyeCoverage>`,
  sonarqube: `<coverage version="1"><file path="src/a.c"><lineToCover lineNumber="1" covered="true"/><lineToCover lineNumber="2" covered="true" branchesToCover="4" coveredBranches="1"/>
<lineToCover lineNumber="3" covered="false"/></file><file path="b.c"><lineToCover lineNumber="1" covered="False"></lineToCover></file></coverage>`,
  "xccoverage.plist": `<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd"><plist version="1.0"><dict><key>$objects</key><array><string>$null</string><dict/>
<dict><key>NS.objects</key><array><dict><key>CF$UID</key><integer>3</integer></dict></array></dict><dict><key>sourceFiles</key><dict><key>CF$UID</key><integer>4</integer></dict></dict>
<dict><key>NS.objects</key><array><dict><key>CF$UID</key><integer>5</integer></dict><dict><key>CF$UID</key><integer>12</integer></dict></array></dict>
<dict><key>documentLocation</key><dict><key>CF$UID</key><integer>6</integer></dict><key>lines</key><dict><key>CF$UID</key><integer>7</integer></dict></dict><string>/a/A.swift</string>
<dict><key>NS.objects</key><array><dict><key>CF$UID</key><integer>8</integer></dict><dict><key>CF$UID</key><integer>9</integer></dict><dict><key>CF$UID</key><integer>10</integer></dict></array></dict>
<dict><key>x</key><false/><key>c</key><integer>0</integer></dict><dict><key>x</key><true/><key>c</key><integer>3</integer><key>s</key><dict><key>CF$UID</key><integer>0</integer></dict></dict>
<dict><key>x</key><true/><key>c</key><integer>1</integer><key>s</key><dict><key>CF$UID</key><integer>11</integer></dict></dict>
<dict><key>NS.objects</key><array><dict><key>CF$UID</key><integer>14</integer></dict><dict><key>CF$UID</key><integer>15</integer></dict></array></dict>
<dict><key>documentLocation</key><dict><key>CF$UID</key><integer>13</integer></dict><key>lines</key><dict><key>CF$UID</key><integer>7</integer></dict></dict><string>B.swift</string>
<dict><key>c</key><integer>1</integer><key>len</key><integer>5</integer><key>x</key><integer>2</integer></dict><dict><key>c</key><integer>8</integer><key>len</key><integer>4</integer><key>x</key><integer>0</integer></dict></array></dict></plist>`,
  go: `mode: set
example.com/m/a.go:3.2,3.10 1 1
example.com/m/a.go:3.10,5.2 2 0
example.com/m/a.go:7.14,9.3 1 4
example.com/m/b:c.go:1.1,1.9 1 0
example.com/m/a.go:7.14,9.3 1 2
total: 50.0%
`,
  istanbul: `{"/r/src/a.js": {"path":"/r/src/a.js","statementMap":{"0":{"start":{"line":1,"column":0},"end":{"line":1,"column":5}},"1":{"start":{"line":2,"column":0},"end":{"line":3,"column":5}}},
"fnMap":{"0":{"name":"f\\"","decl":{"start":{"line":9,"column":1},"end":{"line":9,"column":2}},"loc":{"start":{"line":4,"column":0},"end":{"line":5,"column":1}},"line":4}},
"branchMap":{"0":{"loc":{"start":{"line":2}},"type":"if","locations":[{"start":{"line":2,"column":2},"end":{"line":2,"column":9}},{"start":{},"end":{}}],"line":2}},"s":{"0":2,"1":0},"f":{"0":0},"b":{"0":[0,3]},"inputSourceMap":{"sourcesContent":["x\\\\"]}},
"lib/b.js":{"data":{"b":{},"branchMap":{},"f":{},"fnMap":{},"s":{"1":1},"statementMap":{"1":{"start":{"line":1,"column":0},"end":{"line":1,"column":5}}}}}}`,
  "coverage.py": `{"meta":{"format":3,"show_contexts":true},"files":{"a.py":{"executed_lines":[1,2, 3],"summary":{"covered_lines":3},"missing_lines":[5,-1],"excluded_lines":[],"contexts":{"1":["x"]},
"functions":{"f":{"executed_lines":[1],"missing_lines":[2]}},"missing_branches":[[3,-1]]},"b.py":{"executed_lines":[],"missing_lines":[1]}},"totals":{"covered_lines":3}}`,
  coveralls: `{"service_name":"x","source_files":[{"name":"a.c","coverage":[null,1,0],"branches":[1,0,0,1]},{"coverage":"[2,null]","name":"b.c"}],"git":{}}`,
  simplecov: `{"timestamp":1,"command_name":"RSpec","files":[{"filename":"a.rb","coverage":[1,null,0,"ignored"]},{"filename":"b.rb","coverage":{"lines":[2,null],"branches":[]}}],"metrics":{}}`,
  v1: `{"coverage":{"a.py":[null,1,0,null,"1/2",true],"b.py":{"1":3,"2":"0","4":false},"c.py":[]},"messages":{"a.py":{"1":"x"}}}`,
  rlang: `{"uploader":"R","files":[{"name":"R/a.R","coverage":[null,null,1,0]},{"name":"b.R","coverage":[null,2]}]}`,
  salesforce: `[{"id":"1","name":"A","totalLines":2,"lines":{"1":1,"2":0}},{"name":"b.trigger","lines":{"3":"4"}}]`,
  scala: `{"total":50,"fileReports":[{"filename":"A.scala","total":50,"coverage":{"1":1,"3":0}},{"filename":"b.scala","coverage":{"2":2}}]}`,
  elm: `{"moduleMap":{"A":"src/A.elm","B":"B.elm"},"coverageData":{"A":[{"count":2,"complexity":3,"from":{"line":1,"column":2},"to":{"line":4,"column":5}},{"from":{"line":6,"column":1},"to":{"line":6,"column":9}}],
"B":[{"count":1,"from":{"line":1,"column":2},"to":{"line":1,"column":5}}]},"event":"coverage"}`,
  flowcover: `{"flowStatus":{"passed":true},"files":{"a.js":{"percent":50,"expressions":{"covered_count":1,"covered_locs":[{"start":{"line":1,"column":1},"end":{"line":1,"column":5}}],"uncovered_locs":[{"start":{"line":2,"column":1},"end":{"line":3,"column":5}}]}},
"b.js":{"expressions":{"covered_locs":[{"start":{"line":9,"column":1},"end":{"line":9,"column":5}}]}}}}`,
  llvm: `{"data":[{"files":[{"branches":[[4,7,4,12,1,0,0,0,4]],"expansions":[],"filename":"/s/a.cc","segments":[[3,12,1,true,true,false],[4,7,1,true,true,false],[4,12,1,true,false,false],[4,13,1,true,true,true],[4,14,0,true,true,false],[6,4,1,true,false,false],[9,2,0,false,false,false]],"summary":{"lines":{"count":7}}},
{"filename":"b.cc","segments":[[1,1,0,true,true,false],[2,2,0,false,false,false]],"branches":[]}],"functions":[{"name":"f"}],"totals":{}}],"type":"llvm.coverage.json.export","version":"2.0.1"}`,
  gcov: `        -:    0:Source:src/a.c
        -:    0:Graph:a.gcno
        -:    1:#include <stdio.h>
function f called 2 returned 100% blocks executed 75%
        2:    2:int f(int n) {
       2*:    3:  if (n)
branch  0 taken 1 (fallthrough)
call    0 returned 1
    #####:    4:    g();
    =====:    5:    h(); // LCOV_EXCL_LINE
    =====:    6:    throw 1;
        2:    7:}
    #####:    8:static void s(void) {
     1.5k:    9:  loop();
        -:    0:Source:/b.c
        1:    1:x
`,
  lua: `==============================================================================
src/a.lua
==============================================================================
     1 local a = 1
       -- a comment
***0 print(a)
    12\tprint(2)

==============================================================================
b.lua
==============================================================================
1 x()
==============================================================================
Summary
==============================================================================

File  Hits Missed
1 2
`,
  gap: `{"Type":"S","File":"lib/a.g","FileId":1}
{"Type":"R","Line":1,"FileId":1}
{"Type":"E","Line":2,"FileId":1}
{"Type":"S","File":"b.g","FileId":2}
{"Type":"R","Line":4,"FileId":2}
`,
  dlst: `       |module a;
      2|void f() {
0000000|  g();
       |}
source src/a.d is 50% covered
`,
  xcode: `/a/A.swift:
    1|       |import X
    2|      3|func f() {
    3|   1.2k|  g()
    4|      0|  h()
    5|      1|  \u001b[0;41m  red()\u001b[0m
    6|      3|}

\u001b[36mb/B.m\u001b[0m:
      2|    1|x
       |    2|// y
      0|    3|z
`,
};

/** Yaml texts of repositories, which between them have most of the keys that are made use of. */
export const YAMLS: readonly string[] = [
  `codecov:
  max_report_age: 12h
  notify: { after_n_builds: 2, wait_for_ci: yes }
coverage:
  precision: 1
  round: nearest
  range: "60..80"
  status:
    project:
      default: { target: auto, threshold: 1% }
      unit: { flags: [unit], paths: ["src/**"], branches: ["/^main$/"], if_ci_failed: error }
    patch: off
ignore:
  - "**/*.test.ts"
  - ^vendor/.*
  - "!vendor/own"
fixes: ["/app/::src/", "::lib/", "build/(?:x|y)+/::"]
comment: { layout: "reach, diff, flags:3", require_changes: "coverage_drop OR uncovered_patch" }
`,
  `flags: &flags
  unit: &unit { paths: [src/], carryforward: true, joined: no }
  3.10: *unit
  on: { <<: *unit, ignore: ["[a-z]{2,5}/", "a+b*"] }
flag_management:
  default_rules: { carryforward: true, statuses: [{ type: project, target: 80% }] }
  individual_flags: [{ name: e2e, paths: ["e2e/**"] }]
component_management:
  individual_components:
    - component_id: core
      name: Core
      paths: ["src/core/**", "!src/core/x"]
      flag_regexes: [unit.*]
parsers:
  go: { partials_as_hits: true }
  cobertura: { handle_missing_conditions: true, partials_as_hits: true }
  v1: { include_full_missed_files: true }
  gcov: { branch_detection: { conditional: yes, loop: no } }
`,
];

export const DIFFS: readonly string[] = [
  `diff --git a/old name.ts b/new name.ts
similarity index 90%
rename from old name.ts
rename to new name.ts
--- a/old name.ts
+++ b/new name.ts
@@ -1,3 +1,4 @@ class A {
 a
-b
+c
+d
 e
@@ -10,0 +12,2 @@
+x
+y
diff --git "a/caf\\303\\251 \\"x\\".ts" "b/caf\\303\\251 \\"x\\".ts"
deleted file mode 100644
--- "a/caf\\303\\251 \\"x\\".ts"
+++ /dev/null
@@ -1,2 +0,0 @@
-a
-b
\\ No newline at end of file
`,
  `--- f	2026-01-01
+++ f	2026-01-02
@@ -5 +5 @@
-a
+b
@@ -7,2 +7 @@
 c
-d
--- g
+++ g
@@ -1 +1,2 @@
 a

+b
`,
];
