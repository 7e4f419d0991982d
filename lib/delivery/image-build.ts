import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type ISynthesisSession, TerraformResource, TerraformStack, Token } from "cdktf";
import { addCustomSynthesis } from "cdktf/lib/synthesize/synthesizer";
import { Construct } from "constructs";
import type { Registry } from "../cloud/registry.js";
import type { BundledImage } from "../workload/service-image.js";
import { contextTag, type ImageContext, packageFolder, packContext, readImageContext } from "./image-context.js";

export interface ImageBuildProps extends BundledImage {
  /** Where the image is pushed. */
  readonly registry: Registry;
}

/**
 * Builds the service's image and pushes it when Terraform applies, unless the registry has it already. What it is built
 * from is put beside the synthesised stack, so that another machine can apply it.
 */
export class ImageBuild extends Construct {
  /** `HOST/PATH:TAG`, known to be in the registry to whatever uses it. */
  readonly reference: string;
  /** Named by content: an unchanged service has the same tag in every environment. */
  readonly tag: string;
  readonly push: TerraformResource;

  constructor(scope: Construct, id: string, { registry, builder, platform }: ImageBuildProps) {
    super(scope, id);
    const context = readImageContext();
    this.tag = contextTag(context, platform);
    const folder = `images/${this.tag}`;
    const reference = `${registry.repository}:${this.tag}`;
    this.push = new TerraformResource(this, "push", {
      terraformResourceType: "terraform_data",
      provisioners: [
        {
          type: "local-exec",
          interpreter: ["node"],
          command: `\${path.module}/${folder}/push-image.js`,
          environment: {
            IMAGE_REFERENCE: reference,
            IMAGE_PLATFORM: platform,
            IMAGE_BUILDER: builder,
            REGISTRY_HOST: registry.host,
            REGISTRY_USER: registry.user,
            REGISTRY_PASSWORD_COMMAND: JSON.stringify(registry.passwordCommand),
          },
        },
      ],
    });
    this.push.addOverride("input", reference);
    this.push.addOverride("triggers_replace", reference);
    this.reference = Token.asString(this.push.interpolationForAttribute("output"));
    addCustomSynthesis(this, { onSynthesize: (session) => this.#write(session, folder, context) });
  }

  #write({ outdir, manifest }: ISynthesisSession, folder: string, context: ImageContext): void {
    const stack = dirname(manifest.forStack(TerraformStack.of(this)).synthesizedStackPath);
    const target = join(outdir, stack, folder);
    mkdirSync(target, { recursive: true });
    writeFileSync(join(target, "context.json"), packContext(context));
    copyFileSync(join(packageFolder(), "dist/lib/delivery/push-image.js"), join(target, "push-image.js"));
  }
}
