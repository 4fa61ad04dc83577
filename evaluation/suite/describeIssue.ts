import type { z } from "zod";

/** The first problem zod found, as one line: field, what is wrong, what to do. `file` is what the reader has to open. */
export function describeIssue(error: z.ZodError, file: string): string {
  const issue = error.issues[0];
  if (!issue) return `${file}: is not valid; compare it with the example in docs/evaluation.md`;
  const path = fieldPath(issue.path);
  if (issue.code === "unrecognized_keys") {
    const field = [...issue.path, issue.keys[0] ?? ""].map(String).join(".");
    return `${file}: unknown field "${field}"; remove it or correct its spelling`;
  }
  return `${file}: field "${path}": ${issue.message.replace(/\s+/g, " ")}; correct the value`;
}

function fieldPath(path: readonly PropertyKey[]): string {
  return path.length === 0 ? "(the whole file)" : path.map(String).join(".");
}
