import { type Html, html } from "./html.js";
import { layout } from "./layout.js";

const TITLES: Readonly<Record<number, string>> = {
  400: "This request makes no sense here",
  403: "This is closed",
  404: "There is no such page",
  429: "Too many requests",
};

export function errorPage(status: number, message: string): Html {
  const title = TITLES[status] ?? "Something went wrong";
  return layout({
    title,
    body: html`<section class="notice">
<p class="eyebrow">${status}</p>
<h1>${title}</h1>
<p>${message}</p>
<p><a href="/">All repositories</a></p>
</section>`,
  });
}
