# Offers what the completion system has for each line in $GRIDFS_LINES, one a line, then a record separator, into
# $GRIDFS_OFFERED; then ends the shell.
fpath=($GRIDFS_COMPLETIONS $fpath)
autoload -Uz compinit
compinit -D -u

# Everything that is offered goes through compadd; with -O, -A or -D it only filters.
compadd() {
  if [[ ${@[1,(i)(-|--)]} != *-(O|A|D)\ * ]]; then
    local -a offered
    builtin compadd -O offered "$@"
    [[ ${@[1,(i)(-|--)]} == *(-V|nosort)* ]] || offered=("${(@o)offered}")
    (( $#offered )) && print -rl -- $offered >> $GRIDFS_OFFERED
  fi
  builtin compadd "$@"
}

offer() {
  _main_complete
  compstate[insert]= compstate[list]=
}
zle -C offer list-choices offer

offer_all() {
  local line
  for line in ${(f)GRIDFS_LINES}; do
    BUFFER=$line CURSOR=$#line
    zle offer
    print -rn -- $'\x1e' >> $GRIDFS_OFFERED
  done
  exit
}
zle -N zle-line-init offer_all
