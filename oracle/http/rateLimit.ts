import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";

/** How often something may be done, by key; kept in memory, where a key is forgotten a second after it was first used. */
export interface RateLimit {
  /** Counts one. @returns undefined, or the whole seconds until the next one may be done. */
  take(key: string): Promise<number | undefined>;
  /** Counts one less. */
  giveBack(key: string): Promise<void>;
}

export function createRateLimit(perSecond: number): RateLimit {
  const limiter = new RateLimiterMemory({ points: perSecond, duration: 1 });
  return {
    async take(key) {
      try {
        await limiter.consume(key);
        return undefined;
      } catch (spent) {
        if (spent instanceof RateLimiterRes) return secondsOf(spent);
        throw spent;
      }
    },
    giveBack: async (key) => void (await limiter.reward(key)),
  };
}

const secondsOf = ({ msBeforeNext }: RateLimiterRes): number => Math.max(1, Math.ceil(msBeforeNext / 1_000));
