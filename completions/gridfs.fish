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
        else if not string match -q -- '-*' $word; and test $word != help
            test "$word" = "$argv[1]"
            return
        end
    end
    test -z "$argv[1]"
end

# Options, each with its description behind a tab, where one is typed.
function __gridfs_offer
    string match -q -- '-*' (commandline -ct); and printf '%s\n' $argv
end

# What the server has of the kind $argv[1]. Behind a tab stands what it is.
function __gridfs_stored
    set -l word (commandline -ct | string replace -r -- '^--[^=]*=' '')
    string match -q -- '-*' $word; and return
    set -l start (string unescape -- $word; or string unescape -- $word\'; or string unescape -- $word\")
    if test $argv[1] = sync; and not string match -q -- 'gridfs:*' $word
        __fish_complete_path $word
    end
    command -q gridfs; or return
    set -l words (commandline -opc)
    command gridfs __complete $argv[1] "$start" $words[2..] 2>/dev/null | string split0
end

complete -c gridfs -f
