import { VERSION } from "../health/version.js";
import { ICON, STYLE } from "./assets.js";
import { type Html, type HtmlValue, html } from "./html.js";

export interface Crumb {
  readonly text: string;
  readonly path: string;
}

export interface PageContent {
  readonly title: string;
  /** The way to this page, from the list of repositories on. */
  readonly crumbs?: readonly Crumb[];
  /** Loads the page again after so many seconds. */
  readonly refreshSeconds?: number | undefined;
  readonly body: HtmlValue;
}

export function layout({ title, crumbs = [], refreshSeconds, body }: PageContent): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${refreshSeconds && html`<meta http-equiv="refresh" content="${refreshSeconds}">`}
<title>${title} · coverstack</title>
<link rel="stylesheet" href="${STYLE}">
<link rel="icon" href="${ICON}" type="image/svg+xml">
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<header class="top">
<a class="brand" href="/"><img src="${ICON}" alt="" width="22" height="22"> coverstack</a>
<nav aria-label="Breadcrumb"><ol class="crumbs">${crumbs.map(
    (crumb) => html`<li><a href="${crumb.path}">${crumb.text}</a></li>`,
  )}</ol></nav>
</header>
<main id="main">
${body}
</main>
<footer class="bottom">coverstack ${VERSION}</footer>
</body>
</html>
`;
}
