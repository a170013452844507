/**
 * The program's log: JSON Lines in a file, and on the terminal. LogTape is set up here and nowhere else, and loaded only
 * when there is a first line to write: most commands have none.
 */

import { LOG_LEVELS, type LogFormat, type LogLevel } from "../model/project.ts";
import type { Clock } from "../host/host.ts";
import { type LogLook, type LogProperties, readableLine } from "./readable_line.ts";

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

/** Where the log is shown. */
export interface LogTerminal {
  print(line: string): void;
  /** How it is now: a window may change its width. */
  look(): LogLook;
}

export interface LogPorts {
  readonly clock: Clock;
  readonly openFile: OpenLogFile;
  /** undefined: the log is not shown, only kept. */
  readonly terminal: LogTerminal | undefined;
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
  /** Whether what is logged now is shown as well, where the log is shown at all. */
  isShown = true;

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
    const { terminal } = this.#ports;
    if (this.isShown) terminal?.print(this.#terminalLine(entry, terminal.look()));
    if (this.#write !== undefined) return this.#write(entry);
    this.#early.push(entry);
    this.#loading ??= this.#load();
  }

  async #load(): Promise<void> {
    const [logtape] = await Promise.all([import("@logtape/logtape"), this.#openFile()]);
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

  #terminalLine(entry: Entry, look: LogLook): string {
    return this.#settings.format === "json"
      ? `${JSON.stringify(jsonLine(entry))}\n`
      : readableLine(entry.level, entry.message, entry.properties, look);
  }
}

function jsonLine({ time, level, message, properties }: Entry): Record<string, unknown> {
  return { time, level, msg: message, ...properties };
}
