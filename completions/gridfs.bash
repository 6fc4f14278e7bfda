# bash completion for gridfs. `gridfs completion bash` puts _gridfs_words before it: the options of a command, or those
# that all have (''). One that ends in = takes a value, and behind the = stands what completes it: file, command, or words
# with commas between them; nothing where there is nothing to offer. A word that begins with = is for the operands.
# It needs nothing but bash 4; bash-completion, where it is installed, loads it by itself.
# shellcheck shell=bash

_gridfs_offer() {
  local kind=$1 start=$2 before=$3
  case $kind in
    '') ;;
    file) compopt -o default -o bashdefault ;;
    command) mapfile -t COMPREPLY < <(compgen -c -P "$before" -- "$start") ;;
    *) mapfile -t COMPREPLY < <(compgen -W "${kind//,/ }" -P "$before" -- "$start") ;;
  esac
}

_gridfs() {
  # Readline takes --color=always apart at the =, and a:b at the :, so put such words together again.
  local words=() word glue=
  for word in "${COMP_WORDS[@]:1:COMP_CWORD}"; do
    if [[ ${#words[@]} -gt 0 && ( $glue || $word =~ ^[=:]+$ ) ]]; then
      words[-1]+=$word
      [[ $word =~ ^[=:]+$ ]] && glue=1 || glue=
    else
      words+=("$word")
    fi
  done
  local last=${#words[@]}-1
  local current=${words[last]}

  local options command='' operands_only='' value='' value_due=''
  options=$(_gridfs_words "")
  for word in "${words[@]:0:last}"; do
    if [[ $value_due ]]; then
      value_due=
    elif [[ $operands_only || $word != -* || $word == - ]]; then
      [[ $command ]] && continue
      command=$word
      options+=" $(_gridfs_words "$command")"
    elif [[ $word == -- ]]; then
      operands_only=1
    else
      for value in $options; do
        [[ $value == "$word="* ]] && value_due=1 && break
      done
    fi
  done

  COMPREPLY=()
  if [[ $value_due ]]; then
    _gridfs_offer "${value#*=}" "$current"
  elif [[ $current == --*=* && ! $operands_only ]]; then
    for value in $options; do
      [[ $value == "${current%%=*}="* ]] || continue
      [[ $COMP_WORDBREAKS == *=* ]] && word= || word=${current%%=*}=
      _gridfs_offer "${value#*=}" "${current#*=}" "$word"
    done
  elif [[ $current == -* && ! $operands_only ]]; then
    for word in $options; do
      [[ ${word%%=*} == "$current"* ]] && COMPREPLY+=("${word%%=*}")
    done
  else
    for word in $options; do
      [[ $word == =* ]] && value=${word#=}
    done
    _gridfs_offer "$value" "$current"
  fi
}

complete -F _gridfs gridfs
