/** Runs before the differential tests when they are recorded: writes down every question the harness was asked and its answer. */
import { appendFileSync } from "node:fs";
import hre from "hardhat";
import { z } from "zod";

const file = z.string().min(1).parse(process.env.ASSAY_TWIN_CALLS);
const callSchema = z.tuple([z.object({ data: z.string() })]).rest(z.unknown());
const responseSchema = z.object({ result: z.string().optional() });

hre.hooks.registerHandlers("network", {
  async onRequest(context, connection, request, next) {
    const response = await next(context, connection, request);
    if (request.method === "eth_call") {
      const [{ data }] = callSchema.parse(request.params);
      const { result = "reverted" } = responseSchema.parse(response);
      appendFileSync(file, `${JSON.stringify([data, result])}\n`);
    }
    return response;
  },
});
