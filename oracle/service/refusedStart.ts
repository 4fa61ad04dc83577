/** A service will not start as it was asked to; the message is one line a problem: what is wrong, with which value, what to do. */
export class RefusedStart extends Error {
  override name = "RefusedStart";
}
