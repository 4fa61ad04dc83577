import type { ServerResponse } from "node:http";
import type { ChatModel } from "./chatModel.ts";
import { type Handler, sendJson } from "./httpServer.ts";
import { contextSize } from "./modelManifest.ts";
import {
  type ChatRequest,
  type Completion,
  completionBody,
  completionEvents,
  countTokens,
  limitAnswer,
  parseChatRequest,
  RequestError,
} from "./openai.ts";
import { type ReplySigner, signatureHeader } from "./replySigner.ts";

let served = 0;

/**
 * Handles `POST …/v1/chat/completions` for one model, in one piece or as server-sent events.
 * @param signer signs what callers ask to be signed
 */
export function completionsHandler(name: string, model: ChatModel, signer?: ReplySigner): Handler {
  return async (body, response, nonce) => {
    const request = parseChatRequest(body);
    const promptTokens = checkRequest(request, name);
    const answer = await model.answer(request);
    const completion: Completion = {
      id: `chatcmpl-${name}-${++served}`,
      created: Math.floor(Date.now() / 1000),
      model: name,
      promptTokens,
      ...limitAnswer(answer, request.maxTokens),
    };
    const signed = (content: string) => (nonce === undefined ? undefined : signer?.sign(nonce, body, content));
    if (request.stream) {
      const events = completionEvents(completion, request.streamsUsage);
      sendEvents(response, events, signed(events.join("")));
      return;
    }
    const whole = completionBody(completion);
    const signature = signed(whole);
    if (signature !== undefined) response.setHeader(signatureHeader, signature);
    sendJson(response, 200, whole);
  };
}

/** @returns the tokens of the prompt */
function checkRequest({ model, messages }: ChatRequest, name: string): number {
  if (model !== name) {
    throw new RequestError(404, "model_not_found", `model "${model}" is not served here; ask for "${name}"`);
  }
  const tokens = messages.reduce((sum, { content }) => sum + countTokens(content), 0);
  if (tokens > contextSize) {
    const message = `the messages are ${tokens} tokens, the context holds ${contextSize}; shorten them`;
    throw new RequestError(400, "context_length_exceeded", message);
  }
  return tokens;
}

/** The hash of a stream is not known when its headers go: a comment at the end carries the signature. */
function sendEvents(response: ServerResponse, events: readonly string[], signature: string | undefined): void {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  for (const event of events) response.write(event);
  response.end(signature === undefined ? undefined : `: ${signatureHeader} ${signature}\n\n`);
}
