import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { EvidenceFolderError, EvidenceWriter } from "../../../evaluation/evidence/evidenceWriter.ts";

test("error: a folder that cannot be made is refused by name, with what to do", async () => {
  const dir = mkdtempSync(join(tmpdir(), "assay-evidence-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const file = join(dir, "a-file");
  writeFileSync(file, "");
  const outDir = join(file, "evidence");
  const create = EvidenceWriter.create({ outDir, path: join(outDir, "draft"), lock: { release: () => undefined } });
  await expect(create).rejects.toThrow(EvidenceFolderError);
  await expect(create).rejects.toThrow(
    /^evidence cannot be written to .*a-file\/evidence \(.*\); make room there or name another folder$/,
  );
});
