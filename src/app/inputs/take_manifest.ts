/** The present manifest of a job or task: everything its result depends on, by which runs are compared. */

import {
  countedDefinition,
  filesText,
  type InputFile,
  keyText,
  type Manifest,
  type NeedFacts,
  type ToolFacts,
} from "../../model/manifest.ts";
import { filesOf, type InputSnapshot } from "../../model/input_snapshot.ts";
import type { Definition } from "../../model/definition.ts";
import type { CommandDefinition } from "../../model/job.ts";
import { ok, type Result } from "../../model/result.ts";
import { maskText } from "../../model/secrets.ts";
import type { ResolvedDefinition } from "../../config/resolve.ts";
import type { Host } from "../../host/host.ts";
import { readInputCache, writeInputCache } from "../../store/input_cache.ts";
import { readInputKey } from "../../store/input_key.ts";
import type { StoreParts } from "../../store/store_parts.ts";
import { callProgram } from "../workspace/call_program.ts";
import { type InputsProblem, unreadable } from "./inputs_problem.ts";
import { listInputs } from "./list_inputs.ts";
import { takeSnapshot } from "./take_snapshot.ts";

/**
 * `node --version` answers in milliseconds; a program that uses the network must not delay a run for long.
 */
const TOOL_BOUND_MS = 10_000;
const MAX_TOOL_BYTES = 1024 * 1024;

export interface InputsRequest {
  readonly command: CommandDefinition;
  readonly resolved: ResolvedDefinition;
  /** In recorded form, with the values of secrets replaced. */
  readonly definition: Definition;
  readonly extraArgs: readonly string[];
  readonly needs: readonly NeedFacts[];
  /** Paths and globs, relative to the working directory, of our own files and of the command's outputs. */
  readonly leftOut: readonly string[];
}

export interface TakenManifest {
  /** The digest of the snapshot's files. */
  manifest(): Manifest;
  /** Equal keys mean equal inputs. */
  readonly key: string;
  readonly snapshot: InputSnapshot;
  /** Patterns that matched nothing. */
  readonly unmatched: readonly string[];
}

export async function takeManifest(
  host: Host,
  parts: StoreParts,
  request: InputsRequest,
): Promise<Result<TakenManifest, InputsProblem>> {
  const { command, resolved, definition, needs } = request;
  const macKey = readInputKey(parts);
  if (!macKey.ok) return unreadable(macKey.failure.path, macKey.failure.reason);
  const looked = await examineInputs(host, parts, request);
  if (!looked.ok) return looked;
  const { snapshot, unmatched } = looked.value;
  const mac = (text: string) => host.digests.hmacSha256(macKey.value, new TextEncoder().encode(text));
  const argv = [...resolved.command, ...request.extraArgs];
  const env: Record<string, string | null> = {};
  for (const name of envNames(command, resolved)) {
    const value = resolved.env[name];
    env[name] = value === undefined ? null : await mac(`${name}=${value}`);
  }
  const rest = {
    definition: countedDefinition(definition),
    argv: argv.map((word) => maskText(word, resolved.secrets)),
    argv_mac: await mac(JSON.stringify(argv)),
    env,
    tools: command.inputTools.length === 0
      ? []
      : await Promise.all(command.inputTools.map((tool) => askTool(host, tool, resolved))),
    needs,
  };
  const digestOf = (text: string) => host.digests.sha256(new TextEncoder().encode(text));
  const hasSecrets = resolved.secrets.some((secret) => snapshot.paths.some((path) => path.includes(secret)));
  // Made on demand, because it is not needed if nothing has to be run.
  let files: readonly InputFile[] | undefined;
  const filesMade = () => files ??= withoutSecrets(filesOf(snapshot), hasSecrets ? resolved.secrets : []);
  const filesSha256 = hasSecrets ? await digestOf(filesText(filesMade())) : snapshot.filesSha256;
  const key = await digestOf(keyText(rest, filesSha256));
  return ok({ manifest: () => ({ ...rest, files: filesMade() }), key, snapshot, unmatched });
}

/** The files only, as after a run. Their digests are kept for the next comparison. */
export async function examineInputs(
  host: Host,
  parts: StoreParts,
  { command, resolved, leftOut }: Pick<InputsRequest, "command" | "resolved" | "leftOut">,
): Promise<
  Result<{ readonly snapshot: InputSnapshot; readonly unmatched: readonly string[] }, InputsProblem>
> {
  const { workingDir } = resolved;
  const reading = readInputCache(parts, command.name, workingDir);
  const listed = await listInputs(host, workingDir, command.inputs ?? [], leftOut, reading);
  if (!listed.ok) return listed;
  const known = await reading;
  const snapshot = await takeSnapshot(host, workingDir, listed.value, known);
  if (!snapshot.ok) return snapshot;
  if (snapshot.value !== known) await writeInputCache(parts, command.name, workingDir, snapshot.value);
  return ok({ snapshot: snapshot.value, unmatched: listed.value.unmatched });
}

function withoutSecrets(files: readonly InputFile[], secrets: readonly string[]): readonly InputFile[] {
  if (secrets.length === 0) return files;
  return files.map((file) => ({ ...file, path: maskText(file.path, secrets) }))
    .sort((a, b) => a.path < b.path ? -1 : 1);
}

/** Variables from the definition, from its files of variables, and from `input_env`. Sorted. */
function envNames(
  command: CommandDefinition,
  { declaredEnv, envFiles }: ResolvedDefinition,
): readonly string[] {
  const names = [
    ...command.inputEnv,
    ...Object.keys(declaredEnv),
    ...envFiles.flatMap(({ variables }) => Object.keys(variables)),
  ];
  return [...new Set(names)].sort();
}

/** A missing or failing program is a valid result, too. */
async function askTool(
  host: Host,
  argv: readonly [string, ...string[]],
  { workingDir, env, secrets }: ResolvedDefinition,
): Promise<ToolFacts> {
  const facts = async (text: string, line: string): Promise<ToolFacts> => ({
    argv: argv.map((word) => maskText(word, secrets)),
    sha256: await host.digests.sha256(new TextEncoder().encode(text)),
    line: maskText(line, secrets),
  });
  const bounds = { timeoutMs: TOOL_BOUND_MS, maxOutputBytes: MAX_TOOL_BYTES };
  const answer = await callProgram(host, argv, { workingDir, env }, bounds);
  if (answer === "not_found") return await facts("not found", "not found");
  if (!answer.ok) return await facts(answer.failure.reason, answer.failure.reason);
  const { exit, stdout, stderr } = answer.value;
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  const [line] = (out !== "" ? out! : err!).split("\n");
  return await facts(JSON.stringify([exit, out, err]), line!);
}
