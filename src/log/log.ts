/** The program's log: JSON Lines in a file, and on the terminal. LogTape is set up here and nowhere else. */

import { configureSync, getLogger, type Logger } from "@logtape/logtape";
import { LOG_LEVELS, type LogFormat, type LogLevel } from "../model/project.ts";
import type { Host } from "../host/host.ts";
import { type LogLook, type LogProperties, readableLine } from "./readable_line.ts";
import { RotatingFile } from "./rotating_file.ts";

export interface LogSettings {
  readonly level: LogLevel;
  /** For the terminal; the file is always JSON Lines. */
  readonly format: LogFormat;
  /** undefined: no place for a file is known. */
  readonly filePath: string | undefined;
  readonly maxBytes: number;
  readonly keepFiles: number;
}

/** Where the log is shown. */
export interface LogTerminal {
  print(line: string): void;
  /** How it is now: a window may change its width. */
  look(): LogLook;
}

export interface LogPorts {
  readonly machine: Pick<Host, "files" | "paths" | "clock">;
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

/** LogTape is one for the whole process, which in tests has the logs of several programs open: each has a category of its own. */
const openLogs = new Map<string, ProgramLog>();
let logCount = 0;

export class ProgramLog {
  readonly #settings: LogSettings;
  readonly #ports: LogPorts;
  readonly #name = String(++logCount);
  readonly #logger: Logger;
  #file: RotatingFile | undefined;
  /** Whether what is logged now is shown as well, where the log is shown at all. */
  isShown = true;

  constructor(settings: LogSettings, ports: LogPorts) {
    this.#settings = settings;
    this.#ports = ports;
    const { filePath } = settings;
    this.#file = filePath === undefined ? undefined : new RotatingFile(ports.machine, filePath, settings);
    if (logCount === 1) configureLogTape();
    openLogs.set(this.#name, this);
    this.#logger = getLogger([CATEGORY, this.#name]);
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

  close(): void {
    openLogs.delete(this.#name);
  }

  #log(level: LogLevel, message: string, properties: LogProperties): void {
    if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(this.#settings.level)) return;
    const entry = {
      time: new Date(this.#ports.machine.clock.nowMs()).toISOString(),
      level,
      message,
      properties,
    };
    const { terminal } = this.#ports;
    if (this.isShown) terminal?.print(this.#terminalLine(entry, terminal.look()));
    this.#logger[level](message, { line: jsonLine(entry) });
  }

  /** Called by LogTape, with the line as it goes into the file. */
  addToFile(line: string): void {
    const added = this.#file?.add(line);
    if (added === undefined || added.ok) return;
    this.#ports.warn(
      `Cannot write the log file "${this.#file!.path}": ${added.failure.reason}; going on without it`,
    );
    this.#file = undefined;
  }

  #terminalLine(entry: Entry, look: LogLook): string {
    return this.#settings.format === "json"
      ? `${JSON.stringify(jsonLine(entry))}\n`
      : readableLine(entry.level, entry.message, entry.properties, look);
  }
}

function configureLogTape(): void {
  configureSync({
    sinks: {
      file: ({ category, properties }) =>
        openLogs.get(category.at(-1)!)?.addToFile(`${JSON.stringify(properties["line"])}\n`),
    },
    loggers: [
      { category: CATEGORY, sinks: ["file"], lowestLevel: "debug" },
      { category: ["logtape", "meta"], sinks: [], lowestLevel: "error" },
    ],
  });
}

function jsonLine({ time, level, message, properties }: Entry): Record<string, unknown> {
  return { time, level, msg: message, ...properties };
}
