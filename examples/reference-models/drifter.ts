import { z } from "zod";
import type { LocalChatModel } from "./chatModel.ts";
import type { LocalModels } from "./createModels.ts";
import { RequestError } from "./openai.ts";

/** Builds that can stand behind the drifter's endpoint. */
export const drifterBuilds = ["anchor", "demo", "untrained"] as const;
export type DrifterBuild = (typeof drifterBuilds)[number];

const deploySchema = z.strictObject({ weights: z.enum(drifterBuilds) });

/** A model whose owner can ship another build behind the same endpoint, name and manifest. */
export interface Drifter extends LocalChatModel {
  readonly build: DrifterBuild;
  /** Serves other weights from the next request on. */
  deploy(build: DrifterBuild): void;
}

/** A drifter that serves the anchor's weights until something else is deployed. */
export function createDrifter(models: LocalModels): Drifter {
  let build: DrifterBuild = "anchor";
  return {
    get build() {
      return build;
    },
    deploy(next) {
      build = next;
    },
    answer: (prompt) => models[build].answer(prompt),
  };
}

/**
 * Parses the body of `POST /drifter/deploy`.
 * @throws RequestError (400)
 */
export function parseDeployment(body: string): DrifterBuild {
  try {
    return deploySchema.parse(JSON.parse(body)).weights;
  } catch (cause) {
    const example = drifterBuilds.map((build) => `{"weights":"${build}"}`).join(" or ");
    throw new RequestError(400, "invalid_deployment", `the body is no deployment; send ${example}`, { cause });
  }
}
