# bash completion for gridfs. `gridfs completion bash` puts _gridfs_words before it: the options of a command, or those
# that all have (''). One that ends in = takes a value, and behind the = stands what completes it: file, command, words
# with commas between them, or @ and what the server is asked for; nothing where there is nothing to offer. A word that
# begins with = is for the operands.
# It needs nothing but bash 4.4; bash-completion, where it is installed, loads it by itself.
# shellcheck shell=bash

# Into $plain a word without its quoting, into $quote the quotation mark that is still open.
_gridfs_unquote() {
  local rest=$1 next
  plain='' quote=''
  while [[ $rest ]]; do
    next=${rest:0:1} rest=${rest:1}
    if [[ $next == "$quote" ]]; then
      quote=
    elif [[ ! $quote && $next == [\'\"] ]]; then
      quote=$next
    elif [[ $next == \\ && $quote != \' ]]; then
      plain+=${rest:0:1} rest=${rest:1}
    else
      plain+=$next
    fi
  done
}

# A word in $plain, into $found, quoted as what has been typed of it.
_gridfs_add_quoted() {
  case $quote in
    \') plain=\'${plain//\'/\'\\\'\'} ;;
    \")
      plain=${plain//\\/\\\\} plain=${plain//\"/\\\"} plain=${plain//\$/\\\$} plain=${plain//\`/\\\`}
      plain=\"${plain//!/\"\\!\"}
      ;;
    *) printf -v plain %q "$plain" ;;
  esac
  found+=("$1$plain")
}

# What the server has of a kind, which ends in a slash where there is more behind it.
_gridfs_stored() {
  local kind=$1 start=$2 before=$3 word line=() plain quote
  for word in "${words[@]:0:last}"; do
    _gridfs_unquote "$word"
    line+=("$plain")
  done
  _gridfs_unquote "$start"
  while IFS= read -r -d '' plain; do
    plain=${plain%%$'\t'*}
    _gridfs_add_quoted "$before"
  done < <(command gridfs __complete "$kind" "$plain" "${line[@]}" 2>/dev/null)
  [[ ${#found[@]} != 1 || ${found[0]} != *[/:] ]] || compopt -o nospace
}

_gridfs_offer() {
  local kind=$1 start=$2 before=$3
  case $kind in
    '') ;;
    @sync) [[ $start && ! $(compgen -f -- "$start") ]] && _gridfs_stored sync "$start" "$before" ;;
    @*) _gridfs_stored "${kind#@}" "$start" "$before" ;;
    command) mapfile -t found < <(compgen -c -P "$before" -- "$start") ;;
    file) ;;
    *) mapfile -t found < <(compgen -W "${kind//,/ }" -P "$before" -- "$start") ;;
  esac
  [[ $kind != file && ($kind != @sync || ${#found[@]} -gt 0) ]] || compopt -o default -o bashdefault
}

_gridfs() {
  # Readline takes --color=always apart at the =, and a:b at the :, so put such words together again.
  local words=() word glue=
  for word in "${COMP_WORDS[@]:1:COMP_CWORD}"; do
    if [[ ${#words[@]} -gt 0 && ( $glue || $word =~ ^[=:@]+$ ) ]]; then
      words[-1]+=$word
      [[ $word =~ ^[=:@]+$ ]] && glue=1 || glue=
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
      [[ $command || $word == help ]] && continue
      command=$word
      options="$(_gridfs_words "$command") $options"
    elif [[ $word == -- ]]; then
      operands_only=1
    else
      for value in $options; do
        [[ $value == "$word="* ]] && value_due=1 && break
      done
    fi
  done

  local found=()
  if [[ $value_due ]]; then
    _gridfs_offer "${value#*=}" "$current" ''
  elif [[ $current == --*=* && ! $operands_only ]]; then
    for value in $options; do
      [[ $value == "${current%%=*}="* ]] && _gridfs_offer "${value#*=}" "${current#*=}" "${current%%=*}="
    done
  elif [[ $current == -* && ! $operands_only ]]; then
    for word in $options; do
      [[ ${word%%=*} == "$current"* ]] && found+=("${word%%=*}")
    done
    compopt -o nosort
  else
    for value in $options; do
      [[ $value == =* ]] && break
    done
    _gridfs_offer "${value#=}" "$current" ''
  fi

  # Readline replaces $2: what stands behind the last = or :, or behind a quotation mark.
  COMPREPLY=("${found[@]#"${current%"$2"}"}")
}

complete -F _gridfs gridfs
