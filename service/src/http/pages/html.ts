/** Markup that is safe to send. Only `html` makes it, so whatever is put into a page is escaped unless it came from there. */
export class Html {
  constructor(readonly text: string) {}
}

/** Null, undefined, true and false show nothing, so that `condition && html\`…\`` can be written. */
export type HtmlValue = Html | string | number | boolean | null | undefined | readonly HtmlValue[];

/** A template for markup: `html\`<b>${name}</b>\``. Values are escaped for text and for quoted attributes. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let text = strings[0];
  values.forEach((value, index) => {
    text += render(value) + strings[index + 1];
  });
  return new Html(text);
}

function render(value: HtmlValue): string {
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(render).join("");
  if (value === null || value === undefined || typeof value === "boolean") return "";
  return escapeHtml(String(value));
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeHtml(text: string): string {
  return /[&<>"']/.test(text) ? text.replace(/[&<>"']/g, (character) => ENTITIES[character]) : text;
}
