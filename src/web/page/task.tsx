/** One task: its plan, the evidence for each criterion, and what was done for it. */

/** @jsxRuntime automatic */
/** @jsxImportSource preact */
/// <reference lib="dom" />
import { inWords } from "../../model/in_words.ts";
import { shellWord } from "../../model/shell_word.ts";
import { visible } from "../../model/visible.ts";
import type { TaskData } from "../page_data.ts";
import { Document } from "./document.tsx";
import { Command, Commands, Fact, Mark, RunLink, Status, StatusWord, Text } from "./parts.tsx";
import { durationWords, isWebAddress, statusWords, taskLink, timeWords } from "./words.ts";

export function Task({ data }: { readonly data: TaskData }) {
  return (
    <main>
      <h1>
        <Mark status={data.status} /> <bdi>{data.name}</bdi>
      </h1>
      <p class="reason">
        <StatusWord status={data.status} />: <Text>{data.reason}</Text>
      </p>
      {data.description === undefined ? null : (
        <p>
          <Text>{data.description}</Text>
        </p>
      )}
      {data.stale.map((words) => (
        <p key={words} class="remark">
          stale: <Text>{words}</Text>
        </p>
      ))}
      {data.leftOpen === undefined ? null : (
        <p class="remark">
          left open by an assistant: <Text>{data.leftOpen}</Text>
        </p>
      )}
      {data.next === undefined ? null : (
        <section class="commands" aria-label="The next step">
          <Command does="next" line={data.next} />
        </section>
      )}
      <div class="sides">
        <Plan data={data} />
        <Work data={data} />
      </div>
      <Criteria data={data} />
      <Files data={data} />
      {data.document === undefined || data.documented === null
        ? null
        : <Document document={data.document} path={data.documented.path} />}
      <History data={data} />
      <Commands lines={data.commands} />
    </main>
  );
}

function Plan({ data: { plan, command, needs } }: { readonly data: TaskData }) {
  return (
    <section>
      <h2>Plan</h2>
      <dl>
        <Fact name="recorded">
          {plan === undefined ? "there is no plan" : <RunLink run={plan.run} />}
        </Fact>
        <Fact name="record">
          {plan?.isIntact === false ? <span class="warn">was altered since</span> : null}
        </Fact>
        <Fact name="command">
          <code>{command.map(shellWord).join(" ")}</code>
        </Fact>
        {needs.map(({ name, status }) => (
          <Fact key={name} name="needs">
            <a href={taskLink(name)}>
              <bdi>{name}</bdi>
            </a>{" "}
            <span class="dim">{statusWords(status)}</span>
          </Fact>
        ))}
      </dl>
      {plan === undefined || plan.drift.length === 0 ? null : (
        <>
          <h3>Changed since the plan</h3>
          <div class="scrolls" tabIndex={0} role="region" aria-label="Changes since the plan">
            <table>
              <thead>
                <tr>
                  <th scope="col">field</th>
                  <th scope="col">planned</th>
                  <th scope="col">now</th>
                </tr>
              </thead>
              <tbody>
                {plan.drift.map(({ field, planned, now }) => (
                  <tr key={field}>
                    <th scope="row">
                      <Text>{field}</Text>
                    </th>
                    <td>{valueWords(planned)}</td>
                    <td>{valueWords(now)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </section>
  );
}

function valueWords(value: unknown) {
  return value === undefined
    ? <span class="dim">absent</span>
    : <code>{visible(JSON.stringify(value))}</code>;
}

function Work({ data: { owner, links, siblings, build, documented } }: { readonly data: TaskData }) {
  const { issue = null, branch = null, worktree } = links ?? {};
  return (
    <section>
      <h2>Work</h2>
      <dl>
        <Fact name="works on it">
          {owner === undefined ? "nobody" : (
            <>
              <Text>{owner.name}</Text>{" "}
              <span class="dim">
                <Text>{owner.facts}</Text>
              </span>
            </>
          )}
        </Fact>
        <Fact name="work tree">{worktree === undefined ? null : <Text>{worktree.path}</Text>}</Fact>
        <Fact name="branch">{branch === null ? null : <Text>{branch.name}</Text>}</Fact>
        <Fact name="issue">
          {issue === null
            ? null
            : isWebAddress(issue.url)
            ? (
              <a href={issue.url} rel="noreferrer noopener" target="_blank">
                {`${issue.repo}#${issue.number}`}
              </a>
            )
            : <Text>{issue.url}</Text>}
        </Fact>
        <Fact name="document">
          {documented === null ? null : (
            <>
              <Text>{documented.path}</Text> <RunLink run={documented.run}>written</RunLink>
            </>
          )}
        </Fact>
        <Fact name="last build">
          {build === undefined ? "none" : (
            <>
              <Status status={build.status} />{" "}
              <RunLink run={build.run}>{timeWords(build.startedAtMs)}</RunLink>
            </>
          )}
        </Fact>
        <Fact name="at commit">
          {typeof build?.git?.commit !== "string" ? null : <code>{build.git.commit.slice(0, 12)}</code>}
        </Fact>
        {siblings.map(({ way, status }) => (
          <Fact key={way} name={`in ${visible(way)}`}>{statusWords(status)}</Fact>
        ))}
      </dl>
    </section>
  );
}

function Criteria({ data: { criteria } }: { readonly data: TaskData }) {
  return criteria.length === 0 ? null : (
    <section>
      <h2>Criteria</h2>
      <ul class="criteria">
        {criteria.map(({ criterion, state, check, confirmation }) => (
          <li key={criterion.id}>
            <Status status={state} /> <code>{criterion.id}</code> <Text>{criterion.text}</Text>
            <p class="dim">
              {criterion.check !== undefined
                ? <code>{criterion.check.map(shellWord).join(" ")}</code>
                : confirmation === undefined
                ? "a person confirms it"
                : ""}
              {check === undefined || check.run === null ? null : (
                <>
                  {" "}
                  <RunLink run={check.run}>evidence</RunLink>
                  {check.exit_code === null ? "" : `, status ${check.exit_code}`}
                </>
              )}
              {confirmation === undefined ? null : (
                <>
                  {" "}confirmed by <Text>{confirmation.by ?? "somebody"}</Text>, {timeWords(confirmation.at)}
                  {confirmation.note === null ? null : (
                    <>
                      : <Text>{confirmation.note}</Text>
                    </>
                  )}
                </>
              )}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Files({ data: { outputs, documents } }: { readonly data: TaskData }) {
  if (outputs.length + documents.length === 0) return null;
  return (
    <section>
      <h2>Files</h2>
      <ul>
        {outputs.map(({ built, now }) => (
          <li key={built.path}>
            output <Text>{built.path}</Text>{" "}
            <span class={now === "as_built" ? "dim" : "warn"}>{inWords(now)}</span>
          </li>
        ))}
        {documents.map(({ path, now, sincePlan }) => (
          <li key={path}>
            document <Text>{path}</Text>{" "}
            <span class={now.present ? "dim" : "warn"}>
              {now.present ? sincePlan === undefined ? "" : `${sincePlan} since the plan` : "missing"}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function History({ data: { history, isHistoryCut } }: { readonly data: TaskData }) {
  return history.length === 0 ? null : (
    <section>
      <h2>History</h2>
      <div class="scrolls" tabIndex={0} role="region" aria-label="What was done for the task">
        <table>
          <thead>
            <tr>
              <th scope="col">when</th>
              <th scope="col">what</th>
              <th scope="col">how it ended</th>
              <th scope="col">took</th>
            </tr>
          </thead>
          <tbody>
            {history.map(({ run, status, action, reason, startedAtMs, durationMs }) => (
              <tr key={run}>
                <td>
                  <RunLink run={run}>{timeWords(startedAtMs)}</RunLink>
                </td>
                <td>{inWords(action.replaceAll(".", " "))}</td>
                <td>
                  <Status status={status} />{" "}
                  <span class="dim">
                    <Text>{reason}</Text>
                  </span>
                </td>
                <td>{durationWords(durationMs)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {isHistoryCut ? <p class="dim">Older runs are not shown.</p> : null}
    </section>
  );
}
