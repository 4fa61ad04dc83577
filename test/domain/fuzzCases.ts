import { z } from "zod";

/** Random cases a rule; `npm run test:deep` asks for more. The one place that reads it. */
export const fuzzCases = z.coerce
  .number()
  .int()
  .min(1)
  .max(10_000_000)
  .default(10_000)
  .parse(process.env.ASSAY_FUZZ_CASES || undefined);
