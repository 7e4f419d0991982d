/** Whether a text is known only to Terraform, so that there is nothing to check yet. */
export function isToken(text: string): boolean {
  return text.includes("${TfToken[");
}
