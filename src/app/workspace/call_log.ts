/** The log of one call: at which level and in which form, by its flags and settings. The log itself is loaded when first needed. */

import type { LogFormat, LoggingSettings, LogLevel } from "../../model/project.ts";
import type { Host } from "../../host/host.ts";
import type { LogProperties, ProgramLog } from "../../log/log.ts";
import type { FacePorts, GlobalOptions } from "./face_ports.ts";

/** "0" keeps log records off stdout where that is no terminal. */
export const LOG_STDOUT_VARIABLE = "ORCHASTRATION_LOG_STDOUT";

/** The level and format in which a call reports what happens. */
export interface LogView {
  readonly level: LogLevel;
  /** "pretty": lines and sentences for people, written by the face; "json": JSON Lines, the log itself. */
  readonly format: LogFormat;
  /** Whether it may go to stdout where that is no terminal. */
  readonly isOnStdout: boolean;
}

export class CallLog {
  readonly #host: Host;
  readonly #options: GlobalOptions;
  readonly #ports: FacePorts;
  readonly #filePath: string | undefined;
  #log: Promise<ProgramLog> | undefined;
  #isHidden = false;

  /** `filePath`: undefined where no place for its file is known. */
  constructor(host: Host, options: GlobalOptions, ports: FacePorts, filePath: string | undefined) {
    this.#host = host;
    this.#options = options;
    this.#ports = ports;
    this.#filePath = filePath;
  }

  /** From now on, it is kept and not shown; without effect where it is open. */
  hide(): void {
    this.#isHidden = true;
  }

  /** Uses the log of another call, which closes it. */
  share(log: Promise<ProgramLog>): void {
    this.#log = log;
  }

  /** The settings for the log from the command line and the environment. */
  flags() {
    const { logLevel: level, logFormat: format } = this.#options;
    const variable = this.#host.environment.get(LOG_STDOUT_VARIABLE) ?? "";
    const stdout = variable === ""
      ? undefined
      : !["0", "false", "no", "off"].includes(variable.toLowerCase());
    return { level, format, stdout };
  }

  /** The level and format in which this call reports what happens. */
  view(logging: LoggingSettings): LogView {
    const flags = this.flags();
    return {
      level: flags.level ?? logging.level,
      format: flags.format ?? logging.format ?? (this.#host.terminal.stdout.isTerminal ? "pretty" : "json"),
      isOnStdout: flags.stdout ?? logging.stdout,
    };
  }

  /** Writes a line at debug level; at other levels the log is not even loaded. */
  async debug(logging: LoggingSettings, message: string, properties: LogProperties): Promise<void> {
    if ((this.#options.logLevel ?? logging.level) === "debug") {
      (await this.open(logging)).debug(message, properties);
    }
  }

  /** The log, opened once. */
  open(logging: LoggingSettings): Promise<ProgramLog> {
    return this.#log ??= this.#open(logging);
  }

  async #open(logging: LoggingSettings): Promise<ProgramLog> {
    const { level, format, isOnStdout } = this.view(logging);
    const { logOutput: output, warn } = this.#ports;
    const settings = {
      level,
      format,
      isShown: !this.#isHidden && (isOnStdout || output?.isStdout === false),
      filePath: this.#filePath,
      maxBytes: logging.maxBytes,
      keepFiles: logging.keepFiles,
    };
    const { ProgramLog } = await import("../../log/log.ts");
    return new ProgramLog(settings, { machine: this.#host, output, warn });
  }

  async close(): Promise<void> {
    (await this.#log)?.close();
  }
}
