/**
 * The completion script for fish, from 3.0 on. Words are passed to the program as arguments and never
 * evaluated.
 */

export const FISH = `function __orchastration_ask
  # Words without their quotes; nothing in them is expanded.
  set -l words (commandline -opc)
  set -e words[1]
  set -l typed (commandline -ct)
  set -l answer (orchastration __complete fish $words "$typed" 2>/dev/null)
  set -g __orchastration_candidates $answer[2..-1]
  test "$answer[1]" != files
end
complete -c orchastration -e
# Where files are expected, the condition fails, and fish offers files by itself.
complete -c orchastration -n __orchastration_ask -k -f -a '$__orchastration_candidates'
`;
