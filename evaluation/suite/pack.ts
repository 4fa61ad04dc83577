import { z } from "zod";
import type { Hex } from "../../domain/hex.ts";
import { canonicalJson } from "../evidence/canonicalJson.ts";
import { sha256 } from "../evidence/sha256.ts";
import { casesSchema } from "./cases.ts";
import { classificationSchema } from "./classification.ts";
import { arithmeticSchema, slotsSchema } from "./conversations.ts";
import { extractionSchema } from "./extraction.ts";

const packName = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, "expected 1 to 32 of a-z, 0-9 and -");
export const hashText = z.string().regex(/^0x[0-9a-f]{64}$/, "expected 0x and 64 digits 0-9a-f");

const tasks = ["classification", "extraction", "slots", "arithmetic", "cases"] as const;

/** One domain: up to one grammar of each kind, and fixed cases. */
export const packSchema = z
  .strictObject({
    name: packName,
    /** Share of the items, beside the weights of the other packs; 1 when it is left out. */
    weight: z.int().min(1).max(100).optional(),
    /**
     * Makes the pack a private one: a public suite names only its hash, evidence holds only its hash, and this random number keeps
     * anybody from guessing the pack behind it.
     */
    nonce: hashText.optional(),
    classification: classificationSchema.optional(),
    extraction: extractionSchema.optional(),
    slots: slotsSchema.optional(),
    arithmetic: arithmeticSchema.optional(),
    cases: casesSchema.optional(),
  })
  .superRefine((pack, context) => {
    if (tasks.some((task) => pack[task] !== undefined)) return;
    context.addIssue({ code: "custom", path: [], message: `asks nothing; give it one of ${tasks.join(", ")}` });
  });

export type Pack = z.infer<typeof packSchema>;

/** A pack in a file of its own, beside the suite's. */
export const packFileSchema = z.strictObject({
  file: z
    .string()
    .regex(
      /^(?!.*\.\.)[\w-][\w./-]{0,199}\.json$/,
      "expected a relative path to a .json file below the suite's folder",
    ),
  sha256: hashText,
});

/** A private pack, of which the public suite tells only the hash. */
export const commitmentSchema = z.strictObject({ name: packName, sha256: hashText });

export type Commitment = z.infer<typeof commitmentSchema>;

/** Content hash of a pack: SHA-256 of its canonical JSON. */
export function packHash(pack: Pack): Hex {
  return `0x${sha256(canonicalJson(pack))}`;
}

/** What stands for a pack in the suite's hash, and for a private one in public. */
export function commitmentTo(pack: Pack): Commitment {
  return { name: pack.name, sha256: packHash(pack) };
}
