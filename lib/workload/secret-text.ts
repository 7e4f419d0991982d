/** A variable that holds a secret on the running machine. */
export interface SecretVariable {
  readonly variable: string;
}

/** Text around secrets: what is known at synth, and names of what is known only on the machine. */
export interface SecretText {
  readonly parts: readonly (string | SecretVariable)[];
}

/** `` secretText`redis://:${password}@redis:6379` `` */
export function secretText(literals: TemplateStringsArray, ...variables: readonly SecretVariable[]): SecretText {
  return { parts: literals.flatMap((literal, i) => (i < variables.length ? [literal, variables[i]] : [literal])) };
}

export function isSecretText(value: unknown): value is SecretText {
  return typeof value === "object" && value !== null && Array.isArray((value as Partial<SecretText>).parts);
}

/** The text with each secret as `reference` writes it: `${NAME}` for Compose, `$(NAME)` for Kubernetes. */
export function renderSecretText(text: SecretText, reference: (variable: string) => string): string {
  return text.parts.map((part) => (typeof part === "string" ? part : reference(part.variable))).join("");
}
