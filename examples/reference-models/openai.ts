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
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  n: z.literal(1, "only one choice is made").nullish(),
});

/** A chat completion request, parsed. */
export interface ChatRequest extends ChatPrompt {
  readonly model: string;
  /** Tokens of about four letters; the answer is cut there. */
  readonly maxTokens: number | undefined;
  readonly stream: boolean;
  /** Whether a stream ends with a chunk that tells the usage. */
  readonly streamsUsage: boolean;
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
  const { model, messages, temperature, max_tokens, max_completion_tokens, stream, stream_options } = parsed.data;
  return {
    model,
    messages: messages.map((message) => ({ role: message.role, content: joinParts(message.content) })),
    temperature: temperature ?? undefined,
    maxTokens: max_completion_tokens ?? max_tokens ?? undefined,
    stream: stream ?? false,
    streamsUsage: stream_options?.include_usage ?? false,
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
export function completionBody(completion: Completion): string {
  const { id, created, model, text, finishReason } = completion;
  const message = { role: "assistant", content: text, refusal: null };
  const choices = [{ index: 0, message, logprobs: null, finish_reason: finishReason }];
  return JSON.stringify({ id, object: "chat.completion", created, model, choices, usage: usageOf(completion) });
}

function usageOf({ text, promptTokens }: Completion) {
  const completionTokens = countTokens(text);
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}

/**
 * The same answer as server-sent events: the role, a word at a time, the finish reason, where it was asked for the usage
 * in a chunk without choices, `[DONE]`.
 */
export function completionEvents(completion: Completion, withUsage: boolean): string[] {
  const { id, created, model, text, finishReason } = completion;
  const event = (choices: object[], usage: object | null): string => {
    const chunk = { id, object: "chat.completion.chunk", created, model, choices, ...(withUsage && { usage }) };
    return `data: ${JSON.stringify(chunk)}\n\n`;
  };
  const choice = (delta: object, finish_reason: string | null) => [{ index: 0, delta, logprobs: null, finish_reason }];
  const words = text.match(/\s*\S+|\s+$/g) ?? [];
  return [
    event(choice({ role: "assistant", content: "" }, null), null),
    ...words.map((word) => event(choice({ content: word }, null), null)),
    event(choice({}, finishReason), null),
    ...(withUsage ? [event([], usageOf(completion))] : []),
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
