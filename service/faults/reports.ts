import { REPOSITORY } from "./uploader.js";

const ANSWER_PATIENCE = 20_000;
const PAGE = 500;

/** A commit as the API tells of it: totals, and each file with its lines. */
export interface CommitReport {
  readonly totals: unknown;
  readonly files: unknown;
}

/** State of each upload of a commit, by its id; none while the service does not answer. */
export async function uploadStates(url: string, sha: string): Promise<ReadonlyMap<string, string>> {
  try {
    const answer = await read(url, `commits/${sha}/uploads?page_size=${PAGE}`);
    const { results } = answer as { results: readonly { external_id: string; state: string }[] };
    return new Map(results.map((upload) => [upload.external_id, upload.state]));
  } catch {
    return new Map();
  }
}

/** @throws Error when the service does not answer with a report */
export async function commitReport(url: string, sha: string): Promise<CommitReport> {
  const { totals, files } = (await read(url, `report?sha=${sha}`)) as CommitReport;
  return { totals, files };
}

async function read(url: string, path: string): Promise<unknown> {
  const [owner, name] = REPOSITORY.slug.split("/");
  const address = `${url}/api/v2/${REPOSITORY.service}/${owner}/repos/${name}/${path}`;
  const response = await fetch(address, { signal: AbortSignal.timeout(ANSWER_PATIENCE) });
  if (response.status !== 200) throw new Error(`GET ${address} was answered ${response.status}`);
  return response.json();
}
