/** Words and numbers as the page shows them. Pure. */

import { formatDuration } from "../../model/duration.ts";
import { inWords } from "../../model/in_words.ts";

export function statusWords(status: string): string {
  return status === "unplanned" ? "not planned" : inWords(status);
}

export function durationWords(ms: number | null | undefined): string {
  return ms === null || ms === undefined ? "" : formatDuration(Math.max(0, ms));
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export function agoWords(atMs: number, nowMs: number): string {
  const ms = nowMs - atMs;
  if (ms < 0) return timeWords(atMs);
  if (ms < MINUTE_MS) return `${Math.floor(ms / 1000)} s ago`;
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min ago`;
  if (ms < DAY_MS) return `${Math.floor(ms / HOUR_MS)} h ago`;
  const days = Math.floor(ms / DAY_MS);
  return days < 60 ? `${days} ${days === 1 ? "day" : "days"} ago` : timeWords(atMs).slice(0, 10);
}

/** In the reader's own time zone. */
export function timeWords(at: number | string): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

export function sizeWords(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ["kB", "MB", "GB", "TB"];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

export function countWords(count: number, one: string, more = `${one}s`): string {
  return `${count} ${count === 1 ? one : more}`;
}

export const runLink = (run: string) => `#/run/${run}`;
export const taskLink = (task: string) => `#/task/${task}`;

/** Only such addresses become links. */
export function isWebAddress(text: string): boolean {
  return /^https?:\/\/[^\s]+$/.test(text);
}
