# bash candidates.bash COMPLETION LINE...: what is offered at the end of each line, one a line, then `compopt` and its
# options where the script asked for more, then a record separator.
source "$1"
shift
function=$(complete -p gridfs)
[[ $function =~ -F\ ([^ ]+) ]] && function=${BASH_REMATCH[1]}

# Outside of readline the real one refuses to work.
compopt() {
  [[ $* != *default* ]] || asked="compopt $*"
  [[ $* != *nosort* ]] || sorted=cat
}

for line; do
  # As readline takes it apart.
  line=${line//=/ = }
  read -ra COMP_WORDS <<<"$line"
  [[ $line != *' ' || $line == *'= ' ]] || COMP_WORDS+=('')
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) asked='' sorted=sort COMPREPLY=()
  "$function" gridfs "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
  printf '%s\n' "${COMPREPLY[@]}" | "$sorted"
  printf '%s\n' ${asked:+"$asked"}
  printf '\x1e'
done
