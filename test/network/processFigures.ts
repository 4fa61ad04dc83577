import { readFileSync } from "node:fs";

/** Linux counts CPU time in hundredths of a second. */
const tickMs = 10;

/** User and system time of a process since it began, all threads (milliseconds). */
export function cpuMsOf(pid: number): number {
  // Fields after the name in brackets, which may hold anything: utime and stime are the 12th and 13th of them.
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
}

/** Memory of a process that is in RAM (megabytes). */
export function residentMbOf(pid: number): number {
  const [, kilobytes = "0"] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) / 1_024;
}
