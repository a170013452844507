/**
 * The completion script for bash, from 3.2 on. Words are passed to the program as arguments and never
 * evaluated.
 */

export const BASH = `_orchastration() {
  local -a words=() values=() shown=()
  local i word line joined='' prefix='' kind='' value meaning width=0
  # bash takes --option=value apart at the "="; here it is put together again.
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ $word == '=' && \${#words[@]} -gt 0 && \${words[\${#words[@]} - 1]} == --[!=]* ]]; then
      words[\${#words[@]} - 1]+='='
      joined=open
    elif [[ $joined == open ]]; then
      words[\${#words[@]} - 1]+=$word
      joined=closed
    else
      words+=("$word")
      joined=''
    fi
  done
  [[ -n $joined ]] && prefix="\${words[\${#words[@]} - 1]%%=*}="
  while IFS= read -r line; do
    if [[ -z $kind ]]; then
      kind=$line
      continue
    fi
    value=\${line%%$'\\t'*}
    values+=("\${value#"$prefix"}")
    shown+=("$line")
    ((\${#value} > width)) && width=\${#value}
  done < <(orchastration __complete bash "\${words[@]}" 2>/dev/null)
  COMPREPLY=()
  if [[ $kind == files ]]; then
    # bash 3.2 has no compopt, and was given the default below.
    compopt -o default 2>/dev/null
    return 0
  fi
  # Meanings are only for a list that is looked at; what is inserted is a value alone.
  if ((\${#values[@]} > 1)) && [[ $COMP_TYPE == 63 || $COMP_TYPE == 33 ]]; then
    for ((i = 0; i < \${#values[@]}; i++)); do
      meaning=''
      [[ \${shown[i]} == *$'\\t'* ]] && meaning="  \${shown[i]#*$'\\t'}"
      printf -v line '%-*s%s' "$width" "\${values[i]}" "$meaning"
      line=\${line:0:\${COLUMNS:-80} - 2}
      COMPREPLY[i]=\${line%"\${line##*[! ]}"}
    done
  elif ((\${#values[@]} > 0)); then
    COMPREPLY=("\${values[@]}")
  fi
}
if type compopt >/dev/null 2>&1; then
  complete -F _orchastration orchastration
else
  complete -o default -F _orchastration orchastration
fi
`;
