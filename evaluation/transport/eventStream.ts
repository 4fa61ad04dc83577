/**
 * Takes server-sent events (WHATWG HTML, 9.2) apart as they arrive: pieces may end anywhere, also within a line end.
 * Holds no more than what it was given and has not handed on; whoever reads the body bounds that.
 */
export class EventStream {
  #line = "";
  #data: string | null = null;
  #started = false;
  #afterReturn = false;

  /** @returns the data of the events that this piece completes */
  push(text: string): string[] {
    const events: string[] = [];
    let rest = this.#strip(text);
    for (let end = rest.search(/[\r\n]/); end >= 0; end = rest.search(/[\r\n]/)) {
      const data = this.#takeLine(this.#line + rest.slice(0, end));
      if (data !== null) events.push(data);
      this.#line = "";
      const isPair = rest[end] === "\r" && rest[end + 1] === "\n";
      this.#afterReturn = rest[end] === "\r" && end + 1 === rest.length;
      rest = rest.slice(end + (isPair ? 2 : 1));
    }
    this.#line += rest;
    return events;
  }

  /** Drops a byte order mark at the very beginning, and a line feed whose return came with the piece before. */
  #strip(text: string): string {
    if (text === "") return text;
    const skips = (!this.#started && text.startsWith("\ufeff")) || (this.#afterReturn && text.startsWith("\n"));
    this.#started = true;
    this.#afterReturn = false;
    return skips ? text.slice(1) : text;
  }

  /** @returns the event's data when the line ends one. Comments and other fields than `data` mean nothing here. */
  #takeLine(line: string): string | null {
    if (line === "") {
      const data = this.#data;
      this.#data = null;
      return data;
    }
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    if (field !== "data") return null;
    const value = colon < 0 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    this.#data = this.#data === null ? value : `${this.#data}\n${value}`;
    return null;
  }
}
