/**
 * Preloaded into every process of the devnet (`node --import`): the parent holds the other end of stdin, so when the parent is
 * gone, however it went, stdin ends and the process asks itself to stop. Nothing outlives `npm start`. Until it has stopped it holds
 * the lock that `ASSAY_DEVNET_LOCK` names, so that the next start does not write beside it.
 */
import { isMainThread } from "node:worker_threads";
import { lockDirectory } from "../../evaluation/store/directoryLock.ts";

const lock = process.env.ASSAY_DEVNET_LOCK;
if (lock !== undefined && isMainThread) lockDirectory(lock, "ASSAY_DEVNET_LOCK");

process.stdin.once("end", () => process.kill(process.pid, "SIGTERM"));
process.stdin.once("error", () => process.kill(process.pid, "SIGTERM"));
process.stdin.resume();
// A socket or pipe handle can be let go of; it must not keep a finished process alive.
if ("unref" in process.stdin && typeof process.stdin.unref === "function") process.stdin.unref();
