import type { Logger } from "pino";
import type { Hex } from "viem";
import type { Evaluations } from "../work/evaluations.ts";
import { type CommitteeRound, createCommitteeRound } from "./committeeRound.ts";
import { createExchange, type ExchangeParts } from "./exchange.ts";
import type { LinkChains } from "./linkChains.ts";
import type { OwnMessages } from "./ownMessages.ts";
import { createPoster, type Poster, type PosterParts } from "./poster.ts";
import type { Member, RoundPlan } from "./roundPlan.ts";

/** What a node takes part in sessions with, rounds and disputes alike. */
export interface MembershipParts {
  readonly links: LinkChains;
  /** The suite that this node measures with. */
  readonly suiteHash: Hex;
  readonly stagger: bigint;
  readonly ownMessages: OwnMessages;
  readonly exchange: ExchangeParts;
  readonly evaluations: Evaluations;
  readonly log: Logger;
}

/** A session in whose committee this node is. */
export interface Membership {
  readonly round: CommitteeRound;
  readonly poster: Poster;
}

export interface Session {
  readonly plan: RoundPlan;
  readonly self: Member;
  readonly calls: PosterParts["calls"];
  readonly mayRevealEarly: () => boolean;
  readonly log: Logger;
}

/** Takes a member's place in a session: with an exchange over the boards and a poster of its own. */
export function enterCommittee(
  parts: MembershipParts,
  { plan, self, calls, mayRevealEarly, log }: Session,
): Membership {
  const { stagger, ownMessages, evaluations } = parts;
  const poster = createPoster({ plan, calls, stagger, log });
  const exchange = createExchange({ ...parts.exchange, log }, plan);
  const { domain } = parts.exchange;
  const own = { domain, plan, self, stagger, ownMessages, evaluations };
  return { round: createCommitteeRound({ ...own, exchange, poster, mayRevealEarly, log }), poster };
}
