import type { Hex } from "viem";
import type { Message } from "../../../oracle/messages/message.ts";

/** What is said instead of a message, by the message's signature. */
export const forks = new Map<Hex, Message>();
