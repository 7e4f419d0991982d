import type { Service } from "../service.js";
import { checkToken } from "./authorize.js";
import { UploadRefused } from "./refusal.js";

/** Of a body whose sender has shown no right token, so much is unpacked. */
const UNKNOWN_SENDERS_BYTES = 64 * 1024 * 1024;

/** Watches over a body that is read before it is known who sends it: its token is somewhere in it. */
export class SenderCheck {
  readonly #service: Service;
  readonly #ofRequest: string | null;
  #passed = false;

  /** @param ofRequest the token beside the body, for those that have none */
  constructor(service: Service, ofRequest: string | null) {
    this.#service = service;
    this.#ofRequest = ofRequest;
  }

  /** Takes note of the sender's token. @throws UploadRefused when it is of no use here */
  async show(token: string): Promise<void> {
    await checkToken(this.#service, token);
    this.#passed = true;
  }

  /** The chunks of the body, unpacked; many only for a sender with a right token. @throws UploadRefused */
  async *watched(chunks: AsyncGenerator<Buffer, void>): AsyncGenerator<Buffer, void> {
    let bytes = 0;
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > UNKNOWN_SENDERS_BYTES && !this.#passed) await this.show(this.#ofRequest ?? tooLate());
      yield chunk;
    }
  }
}

function tooLate(): never {
  throw new UploadRefused(
    "body_too_large",
    `${UNKNOWN_SENDERS_BYTES} bytes of the job came before a token: send repo_token before source_files, or the token as X-Upload-Token.`,
  );
}
