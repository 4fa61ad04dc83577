import { z } from "zod";
import type { ChatPrompt } from "./chatModel.ts";

const mostMessages = 256;
const lettersPerToken = 4;

const textPart = z.object({ type: z.literal("text"), text: z.string() });
const content = z.union([z.string(), z.array(textPart).max(64)], "expected a string or a list of text parts");

/** The part of OpenAI's chat completion request that these models act on; other fields are accepted and ignored. */
const chatRequestSchema = z.object({
  model: z.string().max(128),
  messages: z
    .array(z.object({ role: z.enum(["system", "developer", "user", "assistant"]), content }))
    .min(1)
    .max(mostMessages),
  temperature: z.number().min(0).max(2).nullish(),
  max_tokens: z.int().min(1).nullish(),
  max_completion_tokens: z.int().min(1).nullish(),
  stream: z.boolean().nullish(),
  n: z.literal(1, "only one choice is made").nullish(),
});

/** A chat completion request, parsed. */
export interface ChatRequest extends ChatPrompt {
  readonly model: string;
  /** Tokens of about four letters; the answer is cut there. */
  readonly maxTokens: number | undefined;
  readonly stream: boolean;
}

/** A request that gets an error in OpenAI's shape; the message says what is wrong and what to do. */
export class RequestError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "RequestError";
    this.status = status;
    this.code = code;
  }
}

/**
 * Parses the body of a chat completion request.
 * @throws RequestError (400) naming the first field that is wrong
 */
export function parseChatRequest(body: string): ChatRequest {
  const parsed = chatRequestSchema.safeParse(parseJson(body));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const field = issue?.path.join(".") || "the body";
    throw new RequestError(
      400,
      "invalid_request",
      `${field}: ${issue?.message ?? "is not valid"}; correct the request`,
    );
  }
  const { model, messages, temperature, max_tokens, max_completion_tokens, stream } = parsed.data;
  return {
    model,
    messages: messages.map((message) => ({ role: message.role, content: joinParts(message.content) })),
    temperature: temperature ?? undefined,
    maxTokens: max_completion_tokens ?? max_tokens ?? undefined,
    stream: stream ?? false,
  };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new RequestError(400, "invalid_json", "the body is not JSON; send a JSON object", { cause });
  }
}

function joinParts(parts: string | readonly z.infer<typeof textPart>[]): string {
  return typeof parts === "string" ? parts : parts.map(({ text }) => text).join("\n");
}

/** An estimate in whole tokens. */
export function countTokens(text: string): number {
  return Math.ceil(text.length / lettersPerToken);
}

/** An answer within its token limit, and why it ended. */
export interface Completion {
  readonly id: string;
  /** Unix seconds. */
  readonly created: number;
  readonly model: string;
  readonly text: string;
  readonly finishReason: "stop" | "length";
  readonly promptTokens: number;
}

/** Cuts an answer to the number of tokens asked for. */
export function limitAnswer(answer: string, maxTokens: number | undefined): Pick<Completion, "text" | "finishReason"> {
  if (maxTokens === undefined || countTokens(answer) <= maxTokens) return { text: answer, finishReason: "stop" };
  return { text: answer.slice(0, maxTokens * lettersPerToken), finishReason: "length" };
}

/** The body of an answer in one piece. */
export function completionBody({ id, created, model, text, finishReason, promptTokens }: Completion): string {
  const completionTokens = countTokens(text);
  return JSON.stringify({
    id,
    object: "chat.completion",
    created,
    model,
    choices: [{ index: 0, message: { role: "assistant", content: text }, logprobs: null, finish_reason: finishReason }],
    usage: {
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      total_tokens: promptTokens + completionTokens,
    },
  });
}

/** The same answer as server-sent events: the role, a word at a time, the finish reason, `[DONE]`. */
export function completionEvents({ id, created, model, text, finishReason }: Completion): string[] {
  const event = (delta: object, finish_reason: string | null): string => {
    const choices = [{ index: 0, delta, logprobs: null, finish_reason }];
    return `data: ${JSON.stringify({ id, object: "chat.completion.chunk", created, model, choices })}\n\n`;
  };
  const words = text.match(/\s*\S+\s*?/g) ?? [];
  return [
    event({ role: "assistant", content: "" }, null),
    ...words.map((word) => event({ content: word }, null)),
    event({}, finishReason),
    "data: [DONE]\n\n",
  ];
}

/** The body of an error. */
export function errorBody({ status, code, message }: RequestError): string {
  const type = status >= 500 ? "server_error" : "invalid_request_error";
  return JSON.stringify({ error: { message, type, param: null, code } });
}

/** The list of one model that `GET …/v1/models` answers with. */
export function modelList(model: string): string {
  return JSON.stringify({ object: "list", data: [{ id: model, object: "model", created: 0, owned_by: "assay" }] });
}
