import type { Hex } from "../../domain/hex.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { PreviousRun } from "../plan/previousRun.ts";
import type { Profile, Suite } from "../suite/suite.ts";

/** What a run was asked to do. */
export interface RunIdentity {
  readonly manifest: Manifest;
  readonly suite: Suite;
  readonly profile: Profile;
  readonly seed: Hex;
  readonly context: Readonly<Record<string, string>>;
  /** What V asks again. */
  readonly previous?: PreviousRun | undefined;
}
