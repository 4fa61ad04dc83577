import { z } from "zod";
import type { Hex } from "../../domain/hex.ts";
import { JsonDocument } from "../document/jsonDocument.ts";
import { readText } from "../document/readText.ts";
import { EvaluationError } from "../evaluationError.ts";
import { canonicalJson } from "../evidence/canonicalJson.ts";
import { sha256 } from "../evidence/sha256.ts";
import { fetchDocument } from "./fetchDocument.ts";
import { headerName, mayCarryKey, requestHeaders } from "./requestHeaders.ts";

/** The manifest is not one: names file, field and remedy in one line. */
export class ManifestError extends EvaluationError {}

/** Largest manifest accepted, in bytes. */
const maxManifestBytes = 65_536;

const endpointUrl = z.string().max(2048).refine(isEndpointUrl, {
  message: "expected an http(s) URL without user name, password, query or fragment",
});

/** What a model version declares about itself. Its digest is what stands on chain, so every byte of it is binding. */
const fields = z.strictObject({
  /** For people. */
  name: z.string().min(1).max(64),
  /** OpenAI-compatible: `…/v1/chat/completions`, or the base below which it lies. */
  endpoint: endpointUrl,
  /** Sent as `model`. */
  model: z.string().min(1).max(128),
  task: z
    .strictObject({
      /** The labels the model can answer with; every label of the suite must be among them. */
      labels: z.array(z.string().min(1).max(64)).min(1).max(64),
      /** For people: what the model is for. */
      instructions: z.string().max(4096).optional(),
    })
    .optional(),
  /** Tokens. */
  contextSize: z.int().min(256).max(10_000_000),
  /** Requests per second the endpoint takes; nothing faster is ever sent. */
  declaredRate: z.int().min(1).max(100_000),
  /** Requests in flight at once. */
  declaredConcurrency: z.int().min(1).max(256),
  serviceLevelMs: z.int().min(1).max(600_000),
  /** Whether replies come as server-sent events (`"stream": true` in the request). */
  streaming: z.boolean().optional(),
  /** Sent with every request. Public: no secrets. */
  headers: requestHeaders.optional(),
  /** Name of the environment variable that holds the API key. The key itself is never written anywhere. */
  apiKeyEnv: z
    .string()
    .regex(/^[A-Z_][A-Z0-9_]{0,63}$/, "expected the NAME of an environment variable, not a key")
    .optional(),
  /** Path of a file that holds the API key alone, instead of a variable; relative to the manifest's folder. */
  apiKeyFile: z
    .string()
    .min(1)
    .max(1024)
    .refine((path) => !/\p{C}/u.test(path), "expected the path of a file")
    .optional(),
  /** Header that carries the key as it is; without it `authorization: Bearer <key>`. */
  apiKeyHeader: headerName
    .refine(
      (name) => mayCarryKey(name.toLowerCase()),
      "cannot carry a key; use authorization or a name such as api-key",
    )
    .optional(),
  /** Ed25519 public key (32 bytes, 0x and 64 hex digits) with which every reply is signed. */
  responseKey: z
    .string()
    .regex(/^0x[0-9a-f]{64}$/, "expected an ed25519 public key, 0x and 64 lower-case hex digits")
    .optional(),
  /** For people: where the version before still answers. Nothing is sent there; V asks from its evidence. */
  previousEndpoint: endpointUrl.optional(),
});

const manifestSchema = fields.superRefine(({ apiKeyEnv, apiKeyFile, apiKeyHeader, headers = {} }, context) => {
  const issue = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
  if (apiKeyEnv !== undefined && apiKeyFile !== undefined)
    issue("apiKeyFile", "stands beside apiKeyEnv; keep one of the two");
  if (apiKeyHeader === undefined) return;
  if (apiKeyEnv === undefined && apiKeyFile === undefined)
    issue("apiKeyHeader", "names a header for a key, and no key is named; add apiKeyEnv or apiKeyFile");
  if (Object.keys(headers).some((name) => name.toLowerCase() === apiKeyHeader.toLowerCase()))
    issue("apiKeyHeader", "is among headers too; take it out of there");
});

export type Manifest = z.infer<typeof manifestSchema>;

/** @throws ManifestError */
export function parseManifest(value: unknown, file = "manifest"): Manifest {
  return JsonDocument.of(value, file).check(manifestSchema, ManifestError);
}

/**
 * Reads a manifest from a file or an http(s) URL.
 * @throws ManifestError, EndpointError
 */
export async function loadManifest(source: string, allowPrivateHosts: readonly string[] = []): Promise<Manifest> {
  const text = /^https?:\/\//.test(source)
    ? await fetchDocument(source, { allowPrivateHosts, maxBytes: maxManifestBytes })
    : await readText({ path: source, name: source, sort: "manifest", maxBytes: maxManifestBytes }, ManifestError);
  return JsonDocument.parse(text, source, ManifestError).check(manifestSchema, ManifestError);
}

/** The version's digest: SHA-256 of the canonical JSON. */
export function manifestDigest(manifest: Manifest): Hex {
  return `0x${sha256(canonicalJson(manifest))}`;
}

/** A manifest for an endpoint that has none, with cautious limits. */
export function manifestForEndpoint(endpoint: string, model = "default"): Manifest {
  return parseManifest(
    {
      name: URL.canParse(endpoint) ? new URL(endpoint).host.slice(0, 64) : endpoint.slice(0, 64),
      endpoint,
      model,
      contextSize: 8192,
      declaredRate: 50,
      declaredConcurrency: 8,
      serviceLevelMs: 2000,
    },
    endpoint,
  );
}

/** The URL requests go to: a base such as `https://host` or `https://host/v1` is completed. */
export function completionsUrl(endpoint: string): URL {
  const url = new URL(endpoint);
  const path = url.pathname.replace(/\/+$/, "");
  if (path.endsWith("/chat/completions")) url.pathname = path;
  else url.pathname = path.endsWith("/v1") ? `${path}/chat/completions` : `${path}/v1/chat/completions`;
  return url;
}

function isEndpointUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  const plain = url.username === "" && url.password === "" && url.hash === "" && url.search === "";
  return plain && (url.protocol === "http:" || url.protocol === "https:");
}
