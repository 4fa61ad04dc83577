import type { ChatModel } from "./chatModel.ts";
import { completionsHandler } from "./completions.ts";
import { type Drifter, parseDeployment } from "./drifter.ts";
import { type Handler, type Methods, sendJson } from "./httpServer.ts";
import { type DeclaredService, manifestBody } from "./modelManifest.ts";
import { modelList } from "./openai.ts";
import type { ReplySigner } from "./replySigner.ts";

/** What the paths need besides the models. */
export interface RoutedParts {
  readonly drifter: Drifter;
  readonly publicUrl: string;
  /** What the manifest of `glass` declares. */
  readonly glass: DeclaredService;
  /** By name, of the models that sign their replies. */
  readonly signers: ReadonlyMap<string, ReplySigner>;
}

/** The paths of the reference models: what each model has, the drifter's deployment and `/healthz`. */
export function referenceRoutes(
  models: readonly (readonly [name: string, model: ChatModel])[],
  { drifter, publicUrl, glass, signers }: RoutedParts,
): [path: string, methods: Methods][] {
  const deploy: Handler = (body, response) => {
    drifter.deploy(parseDeployment(body));
    sendJson(response, 200, JSON.stringify({ model: "drifter", weights: drifter.build }));
  };
  const declared = (name: string) => {
    const responseKey = signers.get(name)?.responseKey;
    return { ...(name === "glass" && glass), ...(responseKey !== undefined && { responseKey }) };
  };
  return [
    ["/healthz", { GET: fixed(JSON.stringify({ status: "ok", models: models.map(([name]) => name) })) }],
    ["/drifter/deploy", { POST: deploy }],
    ...models.flatMap(([name, model]): [string, Methods][] => [
      [`/${name}/v1/chat/completions`, { POST: completionsHandler(name, model, signers.get(name)) }],
      [`/${name}/v1/models`, { GET: fixed(modelList(name)) }],
      [`/${name}/manifest.json`, { GET: fixed(manifestBody(publicUrl, name, declared(name))) }],
    ]),
  ];
}

function fixed(body: string): Handler {
  return (_, response) => sendJson(response, 200, body);
}
