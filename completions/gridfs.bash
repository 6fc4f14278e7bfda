# bash completion for gridfs. It needs nothing but bash 4; bash-completion, where it is installed, loads it by itself.
# shellcheck shell=bash

_gridfs_commands='put get get-by-name cat ls stat rename rm check completion'

# The options of a command, or those that all have (global). One that ends in = takes a value, and behind the = stands
# what completes it: file, command, or words with commas between them; nothing where there is nothing to offer.
_gridfs_options() {
  local filters='--include= --exclude= --min-age= --max-age= --min-size= --max-size='
  case $1 in
    global)
      echo '--uri= --uri-file=file
        -u= --username= --password-file=file --password-command=command --auth-db=
        --auth-mechanism=SCRAM-SHA-1,SCRAM-SHA-256,MONGODB-X509,MONGODB-AWS,GSSAPI,PLAIN
        --tls --no-tls --tls-ca-file=file --tls-cert-key-file=file
        --tls-allow-invalid-certificates --tls-allow-invalid-hostnames
        -d= --db= -b= --bucket= --prefix=
        --write-concern=majority
        --read-preference=primary,primaryPreferred,secondary,secondaryPreferred,nearest
        --read-concern=local,available,majority,linearizable,snapshot
        --retries= --retries-sleep= --timeout= --connect-timeout= -j= --jobs=
        -n --dry-run -v --verbose -q --quiet --color=auto,always,never --json -h --help --version' ;;
    put)
      echo "--name= --name-prefix= --id= --chunk-size= --metadata= --content-type=auto --checksum=sha256
        --verify --allow-changing --if-absent --replace --newest -r --recursive --files-from=file --files-from0=file
        $filters" ;;
    get) echo '-o=file --output=file -f --force --continue --checksum --preserve' ;;
    get-by-name)
      echo "-o=file --output=file -f --force --continue --checksum --preserve --revision= -r --recursive $filters" ;;
    cat) echo '--name= --revision= --offset= --count=' ;;
    ls)
      echo '--filter= --sort= --skip= --limit= --batch-size= --no-cursor-timeout --collation= --hint= --comment=
        --max-time-ms= --allow-disk-use -l --long -H --human-readable --latest -0 --null' ;;
    stat) echo '--name= --revision=' ;;
    rename) echo '--name= --if-absent' ;;
    rm) echo "--name= --revision= --all-revisions -r --recursive $filters" ;;
    check) echo '--read-data --repair --min-age=' ;;
  esac
}

# What completes the operands of a command, in the same terms.
_gridfs_operands() {
  case $1 in
    '') echo "${_gridfs_commands// /,}" ;;
    put) echo file ;;
    completion) echo bash,zsh,fish ;;
  esac
}

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
  options=$(_gridfs_options global)
  for word in "${words[@]:0:last}"; do
    if [[ $value_due ]]; then
      value_due=
    elif [[ $operands_only || $word != -* || $word == - ]]; then
      [[ $command ]] && continue
      command=$word
      options+=" $(_gridfs_options "$command")"
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
    _gridfs_offer "$(_gridfs_operands "$command")" "$current"
  fi
}

complete -F _gridfs gridfs
