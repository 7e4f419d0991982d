/** An owner, whose groups are separated by `/`, and a repository. */
export interface Slug {
  readonly owner: string;
  readonly name: string;
}

const OWNER = /^[\w.~-]+(?:\/[\w.~-]+)*$/;
const NAME = /^[\w.-]{1,255}$/;
const LONGEST_OWNER = 1000;

/**
 * Reads `owner/repository`, `group/subgroup/repository` and the form that clients use in paths, where `:::` separates
 * groups and `::::` the repository: `group:::subgroup::::repository`. Null when it is none of them.
 */
export function parseSlug(text: string): Slug | null {
  const encoded = text.lastIndexOf("::::");
  const end = encoded >= 0 ? encoded : text.lastIndexOf("/");
  if (end < 0) return null;
  const owner = text.slice(0, end).replaceAll(":::", "/");
  const name = text.slice(encoded >= 0 ? end + 4 : end + 1);
  return slug(owner, name);
}

/** The same from parts of a path, where `:` stands for `/` in the owner. Null when no repository can have that name. */
export function slug(owner: string, name: string): Slug | null {
  const groups = owner.replaceAll(":", "/");
  if (groups.length > LONGEST_OWNER || !OWNER.test(groups) || !NAME.test(name)) return null;
  const dots = [...groups.split("/"), name].some((part) => part === "." || part === "..");
  return dots ? null : { owner: groups, name };
}
