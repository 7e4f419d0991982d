import type { Repository } from "../../database/repositories.js";
import { badgePath, repositoryPath } from "../addresses.js";
import { type Html, html } from "./html.js";

/** A checkout of CI is often of no branch, and a branch's name may have any character. */
const BRANCH_OPTION = `--url-query "branch=\${BRANCH:-$(git branch --show-current)}"`;
const BRANCH_HINT = html`<p>In CI, set <code>BRANCH</code> to the branch that the job is for, such as <code>\${GITHUB_HEAD_REF:-$GITHUB_REF_NAME}</code> or <code>$CI_COMMIT_REF_NAME</code>: git often knows none there. <code>--url-query</code> needs curl 7.87.</p>`;

/** What to do while nothing was uploaded. */
export function firstUploadGuide(publicUrl: string): Html {
  return html`<section class="notice">
<h2>Nothing has been uploaded yet</h2>
<p>A repository appears with its first upload. It takes a global upload token for its git host; where none is set yet, in the service's <code>codecov.yml</code> or in the environment, set one and start the service again:</p>
<pre><code>github:
  global_upload_token: <i>a long random text</i></code></pre>
<p>Then send a report from a checkout of the repository:</p>
<pre><code>curl --fail-with-body --data-binary @coverage.xml -H "X-Upload-Token: $TOKEN" \\
  ${BRANCH_OPTION} \\
  "${publicUrl}/upload/v2?service=github&amp;slug=OWNER/REPOSITORY&amp;commit=$(git rev-parse HEAD)"</code></pre>
${BRANCH_HINT}
</section>`;
}

export interface UploadGuideView {
  readonly repository: Repository;
  readonly publicUrl: string;
  /** Whether to print the repository's upload token, or only where it goes. */
  readonly showToken: boolean;
}

/** How to upload to a repository, with commands to copy. */
export function uploadGuide({ repository, publicUrl, showToken }: UploadGuideView): Html {
  const slug = `${repository.owner}/${repository.name}`;
  const token = showToken ? repository.upload_token : "$CODECOV_TOKEN";
  return html`<details class="guide">
<summary>How to upload</summary>
${
  showToken
    ? html`<p>Upload token of this repository: <code class="copy">${repository.upload_token}</code></p>`
    : html`<p>Set <code>CODECOV_TOKEN</code> to this repository's upload token or to the git host's global one. Tokens are shown only where the service is there for its own machine alone.</p>`
}
<h3>codecov-cli</h3>
<pre><code>codecovcli --enterprise-url ${publicUrl} upload-coverage \\
  --git-service ${repository.host} --slug ${slug} --token ${token}</code></pre>
<h3>GitHub Action</h3>
<pre><code>- uses: codecov/codecov-action@v5
  with:
    url: ${publicUrl}
    token: \${{ secrets.CODECOV_TOKEN }}</code></pre>
<h3>curl</h3>
<pre><code>curl --fail-with-body --data-binary @coverage.xml -H "X-Upload-Token: ${token}" \\
  ${BRANCH_OPTION} \\
  "${publicUrl}/upload/v2?commit=$(git rev-parse HEAD)"</code></pre>
${BRANCH_HINT}
</details>`;
}

/** The badge and the text that embeds it. */
export function badgeGuide({ repository, publicUrl }: Omit<UploadGuideView, "showToken">): Html {
  const path = badgePath(repository) + (repository.private ? `?token=${repository.image_token}` : "");
  const markdown = `[![coverage](${publicUrl}${path})](${publicUrl}${repositoryPath(repository)})`;
  return html`<details class="guide">
<summary>Badge <img src="${path}" alt="coverage badge" height="20"></summary>
<pre><code>${markdown}</code></pre>
</details>`;
}
