import { setTimeout as delay } from "node:timers/promises";
import { type Manifest, parseManifest } from "../../../evaluation/manifest/manifest.ts";
import type { ChatModel } from "../../../examples/reference-models/chatModel.ts";
import { completionsHandler } from "../../../examples/reference-models/completions.ts";
import { closeServer, createHttpServer, listen } from "../../../examples/reference-models/httpServer.ts";

export interface ServiceTerms {
  /** Milliseconds every answer takes. */
  readonly serviceMs: number;
  /** Requests a second, and in flight, that its manifests declare. */
  readonly declaredRate: number;
  readonly declaredConcurrency: number;
}

/** A reference model behind an HTTP server that takes its time, and sees how much it is asked at once. */
export interface SlowEndpoint {
  /** Manifest of the `n`th version served here. */
  manifest(n: number): Manifest;
  /** Requests in flight at once, at most, so far. */
  readonly mostInFlight: () => number;
  readonly requests: () => number;
  close(): Promise<void>;
}

export async function startSlowEndpoint(model: ChatModel, terms: ServiceTerms): Promise<SlowEndpoint> {
  const { serviceMs, declaredRate, declaredConcurrency } = terms;
  const name = "anchor";
  const answer = completionsHandler(name, model);
  let inFlight = 0;
  let most = 0;
  let requests = 0;
  const server = createHttpServer(
    new Map([
      [
        "/v1/chat/completions",
        {
          POST: async (body, response, nonce) => {
            inFlight += 1;
            requests += 1;
            most = Math.max(most, inFlight);
            try {
              await delay(serviceMs);
              await answer(body, response, nonce);
            } finally {
              inFlight -= 1;
            }
          },
        },
      ],
    ]),
  );
  const url = await listen(server, 0);
  return {
    manifest: (n) =>
      parseManifest({
        name: `version ${n}`,
        endpoint: `${url}/v1/chat/completions`,
        model: name,
        contextSize: 8_192,
        declaredRate,
        declaredConcurrency,
        serviceLevelMs: 5_000,
      }),
    mostInFlight: () => most,
    requests: () => requests,
    close: () => closeServer(server),
  };
}
