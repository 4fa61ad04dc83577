/** A deployment did not come to its end; the message says at which step and why. */
export class DeploymentFailedError extends Error {
  override name = "DeploymentFailedError";
}
