/** One run: its intent beside its outcome, then everything that explains the difference. */

/** @jsxRuntime automatic */
/** @jsxImportSource preact */
/// <reference lib="dom" />
import { shellWord } from "../../model/shell_word.ts";
import { actionWord, describeRecovered, describeStopCause } from "../../model/run.ts";
import { visible } from "../../model/visible.ts";
import type { RunData } from "../page_data.ts";
import { Graph } from "./graph.tsx";
import { Log } from "./log.tsx";
import { Commands, Fact, Mark, RunLink, Status, StatusWord, Text, useNow } from "./parts.tsx";
import { report } from "./source.ts";
import { Timeline } from "./timeline.tsx";
import { countWords, durationWords, sizeWords, taskLink, timeWords } from "./words.ts";

type ShownRecord = RunData["record"];

export function Run({ data }: { readonly data: RunData }) {
  const { record } = data;
  const nowMs = useNow(1000, report === undefined ? undefined : data.nowMs);
  return (
    <main class="run">
      <div class="title">
        <h1>
          <Mark status={record.status} /> <bdi>{record.name}</bdi>
        </h1>
        <nav aria-label="Runs of the same name">
          {data.older === undefined
            ? <span class="dim">older</span>
            : <RunLink run={data.older}>older</RunLink>}
          {data.newer === undefined
            ? <span class="dim">newer</span>
            : <RunLink run={data.newer}>newer</RunLink>}
        </nav>
      </div>
      <p class="reason">
        <StatusWord status={record.status} />
        {record.status === "running" ? ` for ${durationWords(nowMs - Date.parse(record.start_time))}` : (
          <>
            : <Text>{record.reason}</Text>
          </>
        )}
      </p>
      {data.note === undefined ? null : <p class="remark">{visible(data.note)}</p>}
      {data.living === undefined ? null : <p class="remark">{data.living}</p>}
      {data.noticeProblem === undefined ? null : (
        <p class="remark">
          The notification failed: <Text>{data.noticeProblem}</Text>
        </p>
      )}
      <div class="sides">
        <Intent data={data} />
        <Outcome record={record} nowMs={nowMs} />
      </div>
      <Why data={data} />
      <Attempts record={record} />
      <Checks record={record} />
      {record.graph === undefined ? null : (
        <>
          <Graph graph={record.graph} />
          <Timeline
            graph={record.graph}
            startTime={record.start_time}
            endTime={record.end_time}
            nowMs={nowMs}
          />
        </>
      )}
      {record.action === "job.run" || record.action === "build.run" || record.action === "check.run"
        ? <Log run={record.id} status={record.status} attempts={record.attempts.length} />
        : null}
      <Commands lines={data.commands} />
    </main>
  );
}

function Intent({ data: { record, why, path } }: { readonly data: RunData }) {
  const { intent, requested_by: by, git } = record;
  const who = [
    by.user,
    by.agent === null ? null : `through ${by.agent}`,
    by.schedule && `schedule ${by.schedule}`,
  ]
    .filter((each) => each !== null && each !== undefined && each !== "");
  return (
    <section aria-label="Intent">
      <h2>Intent</h2>
      <dl>
        <Fact name="action">{actionWord(record)}</Fact>
        <Fact name="purpose">{intent.description === null ? null : <Text>{intent.description}</Text>}</Fact>
        <Fact name="command">
          {intent.command.length === 0 ? null : <code>{intent.command.map(shellWord).join(" ")}</code>}
        </Fact>
        <Fact name="in">
          <Text>{intent.working_dir}</Text>
        </Fact>
        <Fact name="variables">
          {Object.entries(intent.env).length === 0 ? null : (
            <code>
              {Object.entries(intent.env).map(([name, value]) => `${name}=${shellWord(value)}`).join(" ")}
            </code>
          )}
        </Fact>
        <Fact name="timeout">{durationWords(intent.timeout_ms)}</Fact>
        <Fact name="retries">{intent.retry === null ? null : String(intent.retry.max)}</Fact>
        <Fact name="outputs">
          {intent.expected_outputs.length === 0 ? null : <Text>{intent.expected_outputs.join(", ")}</Text>}
        </Fact>
        <Fact name="asked by">
          {who.length === 0 ? null : <Text>{who.join(", ")}</Text>}
        </Fact>
        <Fact name="commit">
          {typeof git?.commit !== "string" ? null : (
            <>
              <code>{git.commit.slice(0, 12)}</code>
              {git.branch === null ? "" : (
                <>
                  {" "}on <Text>{git.branch}</Text>
                </>
              )}
              {git.dirty === true ? ", with changes" : ""}
            </>
          )}
        </Fact>
        <Fact name="part of">{record.part_of === undefined ? null : <RunLink run={record.part_of} />}</Fact>
        <Fact name="task">
          {record.subject === "task"
            ? (
              <a href={taskLink(record.name)}>
                <bdi>{record.name}</bdi>
              </a>
            )
            : null}
        </Fact>
        <Fact name="why">{why === undefined ? null : visible(why)}</Fact>
        <Fact name="record">
          <Text>{path}</Text>
        </Fact>
      </dl>
    </section>
  );
}

function Outcome({ record, nowMs }: { readonly record: ShownRecord; readonly nowMs: number }) {
  const isRunning = record.status === "running";
  return (
    <section aria-label="Outcome">
      <h2>Outcome</h2>
      <dl>
        <Fact name="status">
          <Status status={record.status} />
        </Fact>
        <Fact name="began">
          <time dateTime={record.start_time}>{timeWords(record.start_time)}</time>
        </Fact>
        <Fact name="ended">
          {record.end_time === null
            ? (isRunning ? "not yet" : "unknown")
            : <time dateTime={record.end_time}>{timeWords(record.end_time)}</time>}
        </Fact>
        <Fact name="took">
          {durationWords(isRunning ? nowMs - Date.parse(record.start_time) : record.duration_ms)}
        </Fact>
        <Fact name="exit">{record.exit_code === null ? null : `status ${record.exit_code}`}</Fact>
        <Fact name="signal">{record.signal}</Fact>
        <Fact name="same as">
          {record.same_as === undefined ? null : <RunLink run={record.same_as.run} />}
        </Fact>
        <Fact name="output">{outputWords(record)}</Fact>
        <Fact name="recovered">
          {record.recovery === null
            ? null
            : `${timeWords(record.recovery.recovered_at)}: ${describeRecovered(record.recovery.process_was)}`}
        </Fact>
        {record.outputs.map(({ path, present, change, bytes }) => (
          <Fact key={path} name="file">
            <Text>{path}</Text>{" "}
            <span class={present ? "dim" : "warn"}>
              {present
                ? [change, bytes === null ? "" : sizeWords(bytes)].filter(Boolean).join(", ")
                : "missing"}
            </span>
          </Fact>
        ))}
        <Fact name="changed inputs">
          {record.inputs_changed === undefined ? null : <Text>{record.inputs_changed.join(", ")}</Text>}
        </Fact>
      </dl>
    </section>
  );
}

function outputWords({ stdout_bytes: out, stderr_bytes: err, leaked_output: leaked }: ShownRecord): string {
  const sizes = [
    ...out === null ? [] : [`${sizeWords(out)} on stdout`],
    ...err === null ? [] : [`${sizeWords(err)} on stderr`],
  ];
  return sizes.join(", ") + (leaked ? "; a process kept it open after the end" : "");
}

function Why({ data: { record, causes, moreCauses } }: { readonly data: RunData }) {
  if (causes.length === 0) return null;
  const before = record.inputs?.compared_with;
  return (
    <section>
      <h2>Different from the run before</h2>
      {before === null || before === undefined ? null : (
        <p class="dim">
          compared with <RunLink run={before} />
        </p>
      )}
      <ul class="causes">
        {causes.map((cause) => (
          <li key={cause}>
            <Text>{cause}</Text>
          </li>
        ))}
        {moreCauses === 0
          ? null
          : <li class="dim">and {countWords(moreCauses, "more difference", "more differences")}</li>}
      </ul>
    </section>
  );
}

function Attempts({ record: { attempts } }: { readonly record: ShownRecord }) {
  const isPlain = attempts.length < 2 &&
    attempts.every(({ stopped_by, left_running }) => stopped_by === null && left_running.length === 0);
  return isPlain ? null : (
    <section>
      <h2>{attempts.length < 2 ? "Processes that were ended" : "Attempts"}</h2>
      <ol class="attempts">
        {attempts.map((attempt) => (
          <li key={attempt.number}>
            <Status status={attempt.status} /> <span class="dim">{durationWords(attempt.duration_ms)}</span>
            {attempt.exit_code === null ? "" : `, status ${attempt.exit_code}`}
            {attempt.stopped_by === null ? null : (
              <p>
                <Text>{describeStopCause(attempt.stopped_by.cause)}</Text>
                {attempt.stopped_by.signals.map(({ signal, at_ms, processes }) =>
                  `; ${signal} after ${durationWords(at_ms)} to ${
                    countWords(processes, "process", "processes")
                  }`
                ).join("")}
                {attempt.stopped_by.survivors.length === 0
                  ? ""
                  : `; still alive: ${attempt.stopped_by.survivors.join(", ")}`}
              </p>
            )}
            {attempt.left_running.length === 0
              ? null
              : <p>left running: {attempt.left_running.join(", ")}</p>}
          </li>
        ))}
      </ol>
    </section>
  );
}

function Checks({ record: { checks } }: { readonly record: ShownRecord }) {
  return checks.length === 0 ? null : (
    <section>
      <h2>Criteria</h2>
      <ul class="criteria">
        {checks.map(({ id, text, run, status, exit_code }) => (
          <li key={id}>
            <Status status={status} /> <Text>{text}</Text>{" "}
            <span class="dim">
              {exit_code === null ? "" : `status ${exit_code} `}
              {run === null ? null : <RunLink run={run}>evidence</RunLink>}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
