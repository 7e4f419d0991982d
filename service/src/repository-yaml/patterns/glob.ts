/**
 * A glob as the source of a regular expression, without anchors: `*` is anything within a folder, `**` anything, `?` one
 * character, `[…]` and `[!…]` one of them or none of them. Nothing can be quoted.
 */
export function regexOfGlob(glob: string): string {
  let source = "";
  for (let i = 0; i < glob.length; ) {
    const set = glob[i] === "[" ? endOfSet(glob, i) : null;
    if (glob.startsWith("**", i)) {
      source += ".*";
      i += 2;
    } else if (set !== null) {
      source += regexOfSet(glob.slice(i + 1, set));
      i = set + 1;
    } else {
      source += glob[i] === "*" ? "[^/]*" : glob[i] === "?" ? "." : escapeRegex(glob[i]);
      i++;
    }
  }
  return `(?s:${source})`;
}

/** Where the set that starts at `start` has its closing bracket; one that comes first belongs to the set. */
function endOfSet(glob: string, start: number): number | null {
  const first = glob[start + 1] === "!" ? start + 2 : start + 1;
  const end = glob.indexOf("]", first + 1);
  return end < 0 ? null : end;
}

function regexOfSet(set: string): string {
  const negated = set.startsWith("!");
  const members = (negated ? set.slice(1) : set).replace(/[\\[\]^&~|]/g, "\\$&").replace(/--/g, "-\\-");
  return `[${negated ? "^" : ""}${members}]`;
}

export function escapeRegex(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&");
}
