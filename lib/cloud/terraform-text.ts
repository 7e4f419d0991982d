/** Text that Terraform is to take as it stands: its template marks are escaped, tokens are left to be resolved. */
export function terraformText(text: string): string {
  return text.replace(/\$\{(?!TfToken\[)/g, "$$${").replace(/%\{/g, "%%{");
}
