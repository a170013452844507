/** The program's log: JSON Lines in a file, and on the terminal. LogTape is set up here and nowhere else. */

import { configureSync, getLogger, type Logger } from "@logtape/logtape";
import { LOG_LEVELS, type LogFormat, type LogLevel } from "../model/project.ts";
import type { Host } from "../host/host.ts";
import { visible } from "../model/visible.ts";
import { RotatingFile } from "./rotating_file.ts";

export interface LogSettings {
  readonly level: LogLevel;
  /**
   * The file always holds JSON Lines. "pretty": a face reports what happens, and only steps at debug level
   * are shown from here.
   */
  readonly format: LogFormat;
  /** False: records are only kept in the file. */
  readonly isShown: boolean;
  /** undefined: no place for a file is known. */
  readonly filePath: string | undefined;
  readonly maxBytes: number;
  readonly keepFiles: number;
}

export type LogProperties = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** The stream on which the log is shown. */
export interface LogOutput {
  readonly isStdout: boolean;
  print(line: string): void;
  dim(text: string): string;
}

export interface LogPorts {
  readonly machine: Pick<Host, "files" | "paths" | "clock">;
  /** undefined: the log is kept but not shown. */
  readonly output: LogOutput | undefined;
  warn(text: string): void;
}

interface Entry {
  readonly time: string;
  readonly level: LogLevel;
  readonly message: string;
  readonly properties: LogProperties;
}

const CATEGORY = "orchastration";

/**
 * LogTape is one per process, and a test process has the logs of several programs open, so each log has its
 * own category.
 */
const openLogs = new Map<string, ProgramLog>();
let logCount = 0;

export class ProgramLog {
  readonly #settings: LogSettings;
  readonly #ports: LogPorts;
  readonly #name = String(++logCount);
  readonly #logger: Logger;
  #file: RotatingFile | undefined;
  /** Lines that go into the file together. */
  #gathered: string | undefined;

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

  /** The lines of what happens in `work`, at one moment, go into the file at its end, in one write. */
  together(work: () => void): void {
    if (this.#gathered !== undefined) return work();
    this.#gathered = "";
    try {
      work();
    } finally {
      const lines = this.#gathered;
      this.#gathered = undefined;
      if (lines !== "") this.#write(lines);
    }
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
    const output = this.#settings.isShown ? this.#ports.output : undefined;
    if (this.#settings.format === "json") output?.print(`${JSON.stringify(jsonLine(entry))}\n`);
    else if (level === "debug") output?.print(`${output.dim(readableLine(entry))}\n`);
    this.#logger[level](message, { line: jsonLine(entry) });
  }

  /** Called by LogTape with the line that goes into the file. */
  addToFile(line: string): void {
    if (this.#gathered === undefined) this.#write(line);
    else this.#gathered += line;
  }

  #write(lines: string): void {
    const added = this.#file?.add(lines);
    if (added === undefined || added.ok) return;
    this.#ports.warn(
      `Cannot write the log file "${
        this.#file!.path
      }": ${added.failure.reason}; the run continues without it`,
    );
    this.#file = undefined;
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

/**
 * The fields worth reading: not those that are equal in every line of a call, and not those that only
 * programs read.
 */
function readableLine({ message, properties }: Entry): string {
  const { event: _, ...told } = properties;
  const parts = Object.entries(told).flatMap(([key, value]) =>
    value === undefined || value === null ? [] : [`${key}=${visible(String(value))}`]
  );
  return [message, ...parts].join("  ");
}
