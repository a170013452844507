/** The completion script for zsh. Words are passed to the program as arguments and never evaluated. */

export const ZSH = `_orchastration() {
  local -a typed lines values shown
  local line value meaning
  local -i width=0
  # (Q) takes quotes away, and expands nothing.
  typed=("\${(@Q)words[2,CURRENT]}")
  typed[-1]=\${(Q)PREFIX}
  lines=("\${(@f)$(orchastration __complete zsh "\${(@)typed}" 2>/dev/null)}")
  if [[ $lines[1] == files ]]; then
    compset -P '--*='
    _files
    return
  fi
  lines[1]=()
  (( \${#lines} )) || return 1
  for line in "\${(@)lines}"; do
    value=\${line%%$'\\t'*}
    values+=("$value")
    (( \${#value} > width )) && width=\${#value}
  done
  for line in "\${(@)lines}"; do
    value=\${line%%$'\\t'*}
    meaning=''
    [[ $line == *$'\\t'* ]] && meaning="  \${line#*$'\\t'}"
    meaning="\${(r:width:)value}$meaning"
    # In a list of lines zsh reads % as the start of a format.
    shown+=("\${meaning//\\%/%%}")
  done
  # In the order of the answer: runs with the newest first.
  compadd -V orchastration -l -d shown -a values
}
if [[ \${funcstack[1]} == _orchastration ]]; then
  _orchastration "$@"
else
  compdef _orchastration orchastration
fi
`;
