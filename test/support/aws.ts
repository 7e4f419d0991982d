import type { Synthesised } from "./synth.js";

/** The two parts that the machines of the only group boot with. */
export function groupBoot(stack: Synthesised): { readonly cloudConfig: string; readonly script: string } {
  const locals = Object.values((JSON.parse(stack.json) as { locals: Record<string, string> }).locals);
  if (locals.length !== 1) throw new Error(`${locals.length} local values, one was expected`);
  const text = locals[0].replaceAll("$${", "${").replaceAll("%%{", "%{");
  const part = (type: string) => text.split(`Content-Type: ${type}\n\n`)[1].split("\n--part")[0];
  return { cloudConfig: part("text/cloud-config"), script: part("text/x-shellscript") };
}
