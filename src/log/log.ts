/**
 * The program's log: JSON Lines in a file, and on the terminal. LogTape is set up here and nowhere else, and loaded only
 * when there is a first line to write: most commands have none.
 */

import { LOG_LEVELS, type LogFormat, type LogLevel } from "../model/project.ts";
import { formatDuration } from "../model/duration.ts";
import type { Clock } from "../host/host.ts";

export type LogProperties = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface LogSettings {
  readonly level: LogLevel;
  /** For the terminal; the file is always JSON Lines. */
  readonly format: LogFormat;
  /** undefined: no place for a file is known. */
  readonly filePath: string | undefined;
  readonly maxBytes: number;
  readonly keepFiles: number;
}

/** Writes finished lines somewhere; opening or writing may throw, which is one warning and never a failed run. */
export interface LineFile {
  write(line: string): void;
  close(): void;
}

export type OpenLogFile = (
  path: string,
  limits: { readonly maxBytes: number; readonly keepFiles: number },
) => Promise<LineFile>;

export interface LogPorts {
  readonly clock: Clock;
  readonly openFile: OpenLogFile;
  print(line: string): void;
  warn(text: string): void;
}

interface Entry {
  readonly time: string;
  readonly level: LogLevel;
  readonly message: string;
  readonly properties: LogProperties;
}

const CATEGORY = "orchastration";

export class ProgramLog {
  readonly #settings: LogSettings;
  readonly #ports: LogPorts;
  /** Written while LogTape loads: the program does not wait for its log. */
  readonly #early: Entry[] = [];
  #loading: Promise<void> | undefined;
  #write: ((entry: Entry) => void) | undefined;
  #file: LineFile | undefined;
  #warned = false;

  constructor(settings: LogSettings, ports: LogPorts) {
    this.#settings = settings;
    this.#ports = ports;
  }

  debug(message: string, properties: LogProperties = {}): void {
    this.#log("debug", message, properties);
  }

  info(message: string, properties: LogProperties = {}): void {
    this.#log("info", message, properties);
  }

  warning(message: string, properties: LogProperties = {}): void {
    this.#log("warning", message, properties);
  }

  error(message: string, properties: LogProperties = {}): void {
    this.#log("error", message, properties);
  }

  /** Everything said so far is written when this returns. */
  async flush(): Promise<void> {
    await this.#loading;
  }

  async close(): Promise<void> {
    await this.#loading;
    this.#closeFile();
  }

  #log(level: LogLevel, message: string, properties: LogProperties): void {
    if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(this.#settings.level)) return;
    const entry = { time: new Date(this.#ports.clock.nowMs()).toISOString(), level, message, properties };
    // Not through the logger, which may still be loading: what a job writes after this has to stand below it.
    this.#ports.print(this.#terminalLine(entry));
    if (this.#write !== undefined) return this.#write(entry);
    this.#early.push(entry);
    this.#loading ??= this.#load();
  }

  async #load(): Promise<void> {
    const loading: Promise<typeof import("./logtape.ts")> = import("./logtape.ts" as string);
    const [logtape] = await Promise.all([loading, this.#openFile()]);
    logtape.configureSync({
      // Runs of the program share one process in tests; each has its own log.
      reset: true,
      sinks: {
        file: (record) => this.#toFile(`${JSON.stringify(record.properties["line"])}\n`),
      },
      loggers: [
        { category: CATEGORY, sinks: ["file"], lowestLevel: this.#settings.level },
        { category: ["logtape", "meta"], sinks: [], lowestLevel: "error" },
      ],
    });
    const logger = logtape.getLogger(CATEGORY);
    this.#write = (entry) => logger[entry.level](entry.message, { line: jsonLine(entry) });
    for (const entry of this.#early.splice(0)) this.#write(entry);
  }

  async #openFile(): Promise<void> {
    const { filePath, maxBytes, keepFiles } = this.#settings;
    if (filePath === undefined) return;
    try {
      this.#file = await this.#ports.openFile(filePath, { maxBytes, keepFiles });
    } catch (error) {
      this.#warn(error);
    }
  }

  #toFile(line: string): void {
    try {
      this.#file?.write(line);
    } catch (error) {
      this.#warn(error);
      this.#closeFile();
    }
  }

  #closeFile(): void {
    const file = this.#file;
    this.#file = undefined;
    try {
      file?.close();
    } catch (error) {
      this.#warn(error);
    }
  }

  #warn(error: unknown): void {
    if (this.#warned) return;
    this.#warned = true;
    const reason = error instanceof Error ? error.message : String(error);
    this.#ports.warn(
      `Cannot write the log file "${this.#settings.filePath}": ${reason}; going on without it`,
    );
  }

  #terminalLine(entry: Entry): string {
    return this.#settings.format === "json" ? `${JSON.stringify(jsonLine(entry))}\n` : prettyLine(entry);
  }
}

function jsonLine({ time, level, message, properties }: Entry): Record<string, unknown> {
  return { time, level, msg: message, ...properties };
}

/** `09:41:07 info  run started  run=sample/… pid=4711` */
function prettyLine({ time, level, message, properties }: Entry): string {
  const facts = Object.entries(properties)
    .filter(([key, value]) => key !== "event" && value !== undefined && value !== null)
    .map(([key, value]) =>
      key === "duration_ms" ? `took=${formatDuration(Number(value))}` : `${key}=${plain(String(value))}`
    );
  return `${time.slice(11, 19)} ${level.padEnd(7)} ${message}${
    facts.length > 0 ? `  ${facts.join(" ")}` : ""
  }\n`;
}

function plain(value: string): string {
  return /^[\w./:@+-]+$/.test(value) ? value : JSON.stringify(value);
}
