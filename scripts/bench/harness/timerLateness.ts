import { type Lateness, latenessOf } from "../../../evaluation/grading/lateness.ts";
import { sleepUntil } from "../../../evaluation/run/sleepUntil.ts";

/** How late this machine's timers are by themselves, in a process that does nothing else: the least any sender can be. */
export async function timerLateness({ rate, count }: { rate: number; count: number }): Promise<Lateness> {
  const began = performance.now();
  const clock = () => Math.round((performance.now() - began) * 1000);
  const late: number[] = [];
  for (let nth = 1; nth <= count; nth++) {
    const due = Math.round((nth * 1_000_000) / rate);
    await sleepUntil(due, clock);
    late.push(Math.max(0, clock() - due));
  }
  return latenessOf(late);
}
