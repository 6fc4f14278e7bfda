# fish completion for gridfs. `gridfs completion fish` puts $__gridfs_names_with_value before it, and the commands and
# options behind it.

# Whether the command line has the command $argv[1]; without an argument, whether it has none yet.
function __gridfs_at
    set -l words (commandline -opc)
    set -e words[1]
    while set -q words[1]
        set -l word $words[1]
        set -e words[1]
        if contains -- $word $__gridfs_names_with_value
            set -q words[1]; and set -e words[1]
        else if not string match -q -- '-*' $word
            test "$word" = "$argv[1]"
            return
        end
    end
    test -z "$argv[1]"
end

complete -c gridfs -f
