/** The parser of command lines: commander with the types of @commander-js/extra-typings, as a copy that loads quickly. */

// @ts-types="@commander-js/extra-typings"
export { Command, CommanderError, Help, InvalidArgumentError, Option } from "../copied/commander.js";
