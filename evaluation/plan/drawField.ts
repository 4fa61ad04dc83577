import { type Field, timesOf } from "../suite/fields.ts";
import type { Dice } from "./dice.ts";

/** A value as a request says it, and as the answer must write it. */
export interface DrawnValue {
  readonly said: string;
  readonly value: string | number | boolean;
}

const months = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;

const dayMillis = 86_400_000;

/** As many outcomes as `wordingsOf` counts. */
export function drawField(field: Field, dice: Dice): DrawnValue {
  switch (field.type) {
    case "choice":
      return dice.pick(choicesOf(field.values));
    case "integer": {
      const value = field.from + dice.roll(field.to - field.from + 1);
      return { value, said: dice.pick(field.forms) === "plain" ? String(value) : grouped(value) };
    }
    case "code": {
      const value = drawCode(field.shape, dice);
      return { value, said: value };
    }
    case "date": {
      const date = new Date(Date.parse(`${field.from}T00:00:00Z`) + dice.roll(field.days) * dayMillis);
      return { value: date.toISOString().slice(0, 10), said: sayDate(date, dice.pick(field.forms)) };
    }
    case "time": {
      const minutes = dice.roll(timesOf(field.stepMinutes)) * field.stepMinutes;
      return { value: sayTime(minutes, "24 hours"), said: sayTime(minutes, dice.pick(field.forms)) };
    }
    case "flag":
      return dice.pick([
        ...field.true.map((said) => ({ said, value: true })),
        ...field.false.map((said) => ({ said, value: false })),
      ]);
  }
}

/** In the order of the values: members of a JSON object have no order. */
function choicesOf(values: Readonly<Record<string, readonly string[]>>): DrawnValue[] {
  return Object.keys(values)
    .sort()
    .flatMap((value) => (values[value] ?? []).map((said) => ({ said, value })));
}

function drawCode(shape: string, dice: Dice): string {
  return [...shape]
    .map((letter) => {
      if (letter === "A") return String.fromCharCode(65 + dice.roll(26));
      return letter === "9" ? String(dice.roll(10)) : letter;
    })
    .join("");
}

function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

function sayDate(date: Date, form: "iso" | "day first" | "month first"): string {
  const [day, month, year] = [date.getUTCDate(), months[date.getUTCMonth()] ?? "", date.getUTCFullYear()];
  switch (form) {
    case "iso":
      return date.toISOString().slice(0, 10);
    case "day first":
      return `${day} ${month} ${year}`;
    case "month first":
      return `${month} ${day}, ${year}`;
  }
}

function sayTime(minutes: number, form: "24 hours" | "12 hours"): string {
  const [hour, minute] = [Math.floor(minutes / 60), String(minutes % 60).padStart(2, "0")];
  if (form === "24 hours") return `${String(hour).padStart(2, "0")}:${minute}`;
  return `${hour % 12 === 0 ? 12 : hour % 12}:${minute} ${hour < 12 ? "am" : "pm"}`;
}
