// Dates and times of a table, and the numbers that are made of them.

const DAY = 86400000;

/** The two digits of a number. */
const two = (number) => String(number).padStart(2, "0");

/** The date so many days after the beginning of 1970, as text. */
export function dateOf(days, hasClock) {
  const date = new Date(Math.round(hasClock ? days * 86400 : Math.round(days) * 86400) * 1000);
  if (Number.isNaN(date.getTime())) return "";
  const day = `${date.getUTCFullYear()}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
  if (!hasClock) return day;
  return `${day} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
}

/** The days from the beginning of 1970 to a date such as 2020-01-31 or 2020-01-31 18:30:00; none if the text is no date. */
export function daysOf(text) {
  const found = /^\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2}))?)?\s*$/.exec(text);
  if (!found) return NaN;
  const [year, month, day, hour, minute, second] = found.slice(1).map((part) => Number(part ?? 0));
  const time = Date.UTC(year, month - 1, day, hour, minute, second);
  const read = new Date(time);
  return read.getUTCMonth() === month - 1 && read.getUTCDate() === day && hour < 24 && minute < 60 ? time / DAY : NaN;
}

/** How much of its round each part of a time has run through, from 0 to 1. */
const TURNS = {
  year: (days) => {
    const year = new Date(days * DAY).getUTCFullYear();
    const [begin, end] = [Date.UTC(year, 0, 1) / DAY, Date.UTC(year + 1, 0, 1) / DAY];
    return (days - begin) / (end - begin);
  },
  // The beginning of 1970 was a Thursday, and weeks begin with Monday.
  weekday: (days) => ((((days + 3) % 7) + 7) % 7) / 7,
  hour: (days) => days - Math.floor(days),
};

/** What a round of each part is counted in. */
const ROUNDS = { year: 1, weekday: 7, hour: 24 };

/** The numbers that are made of a time. */
export function numbersOf(days, parts) {
  const ofPart = (part) => {
    if (part === "days") return [days];
    const angle = 2 * Math.PI * TURNS[part](days);
    return [Math.sin(angle), Math.cos(angle)];
  };
  return parts.flatMap(ofPart);
}

/** The text of the numbers of a time: a date where the days are among them, or else the place in each round. */
export function textOf(numbers, parts, hasClock) {
  let at = 0;
  const rounds = [];
  for (const part of parts) {
    if (part === "days") return dateOf(numbers[at], hasClock);
    const turn = Math.atan2(numbers[at], numbers[at + 1]) / (2 * Math.PI);
    rounds.push(`${part} ${((turn - Math.floor(turn)) * ROUNDS[part]).toFixed(1)}`);
    at += 2;
  }
  return rounds.join(", ");
}

/** Whether a time can be typed: only a date tells all of its parts. */
export function isDated(parts) {
  return parts.includes("days");
}
