# fish completion for gridfs.

# Whether the command line has the command $argv[1]; without an argument, whether it has none yet.
function __gridfs_at
    set -l words (commandline -opc)
    set -e words[1]
    while set -q words[1]
        set -l word $words[1]
        set -e words[1]
        # An option of all commands that takes a value from the next word.
        if string match -qr -- '^(-[udbj]|--(uri|uri-file|username|password-file|password-command|auth-db|auth-mechanism|tls-ca-file|tls-cert-key-file|db|bucket|prefix|write-concern|read-preference|read-concern|retries|retries-sleep|timeout|connect-timeout|jobs|color))$' $word
            set -q words[1]; and set -e words[1]
        else if not string match -q -- '-*' $word
            test "$word" = "$argv[1]"
            return
        end
    end
    test -z "$argv[1]"
end

complete -c gridfs -f

# Commands.
complete -c gridfs -n __gridfs_at -a put -d 'Upload files'
complete -c gridfs -n __gridfs_at -a get -d 'Download files by _id'
complete -c gridfs -n __gridfs_at -a get-by-name -d 'Download files by name and revision'
complete -c gridfs -n __gridfs_at -a cat -d 'Write files to standard output'
complete -c gridfs -n __gridfs_at -a ls -d 'List files'
complete -c gridfs -n __gridfs_at -a stat -d 'Show documents and the state of chunks'
complete -c gridfs -n __gridfs_at -a rename -d 'Rename files'
complete -c gridfs -n __gridfs_at -a rm -d 'Remove files'
complete -c gridfs -n __gridfs_at -a check -d 'Find damage and orphaned chunks'
complete -c gridfs -n __gridfs_at -a completion -d 'Print a completion script'

# Options that all commands have; those with values are named above as well.
complete -c gridfs -l uri -x -d 'Connection string'
complete -c gridfs -l uri-file -r -F -d 'Read the connection string from a file'
complete -c gridfs -s u -l username -x -d 'User to log in as'
complete -c gridfs -l password-file -r -F -d 'Read the password from a file'
complete -c gridfs -l password-command -x -a '(__fish_complete_command)' -d 'Take the password from a command'
complete -c gridfs -l auth-db -x -d 'Database that has the user'
complete -c gridfs -l auth-mechanism -x -a 'SCRAM-SHA-1 SCRAM-SHA-256 MONGODB-X509 MONGODB-AWS GSSAPI PLAIN' -d 'How to log in'
complete -c gridfs -l tls -d 'Use TLS'
complete -c gridfs -l no-tls -d 'Do not use TLS'
complete -c gridfs -l tls-ca-file -r -F -d 'Authorities to trust'
complete -c gridfs -l tls-cert-key-file -r -F -d 'Own certificate and key'
complete -c gridfs -l tls-allow-invalid-certificates -d 'Accept any certificate'
complete -c gridfs -l tls-allow-invalid-hostnames -d 'Accept a certificate for another host'
complete -c gridfs -s d -l db -x -d Database
complete -c gridfs -s b -l bucket -l prefix -x -d Bucket
complete -c gridfs -l write-concern -x -a majority -d 'Servers that must have a write'
complete -c gridfs -l read-preference -x -a 'primary primaryPreferred secondary secondaryPreferred nearest' -d 'Servers to read from'
complete -c gridfs -l read-concern -x -a 'local available majority linearizable snapshot' -d 'What a read may see'
complete -c gridfs -l retries -x -d 'How often to try again'
complete -c gridfs -l retries-sleep -x -d 'Wait before the first retry'
complete -c gridfs -l timeout -x -d 'Time limit of the whole command'
complete -c gridfs -l connect-timeout -x -d 'Time limit of finding a server'
complete -c gridfs -s j -l jobs -x -d 'Connections to use at once'
complete -c gridfs -s n -l dry-run -d 'Change nothing'
complete -c gridfs -s v -l verbose -d 'Say more'
complete -c gridfs -s q -l quiet -d 'Say nothing but errors'
complete -c gridfs -l color -x -a 'auto always never' -d 'Colour messages'
complete -c gridfs -l json -d 'Write JSON'
complete -c gridfs -s h -l help -d 'Print help'
complete -c gridfs -l version -d 'Print the version'

complete -c gridfs -n '__gridfs_at put' -F
complete -c gridfs -n '__gridfs_at put' -s r -l recursive -d 'Store what is below directories'
complete -c gridfs -n '__gridfs_at put' -l files-from -r -F -d 'List of files'
complete -c gridfs -n '__gridfs_at put' -l files-from0 -r -F -d 'List of files with NUL between them'
complete -c gridfs -n '__gridfs_at put' -l name -x -d 'Name to store under'
complete -c gridfs -n '__gridfs_at put' -l name-prefix -x -d 'Put this before each name'
complete -c gridfs -n '__gridfs_at put' -l id -x -d 'The _id to give'
complete -c gridfs -n '__gridfs_at put' -l chunk-size -x -d 'Bytes a chunk'
complete -c gridfs -n '__gridfs_at put' -l metadata -x -d 'JSON object, or @FILE'
complete -c gridfs -n '__gridfs_at put' -l content-type -x -a auto -d 'Type to store'
complete -c gridfs -n '__gridfs_at put' -l checksum -x -a sha256 -d 'Checksum to store'
complete -c gridfs -n '__gridfs_at put' -l verify -d 'Read back and compare'
complete -c gridfs -n '__gridfs_at put' -l replace -d 'Remove older revisions afterwards'
complete -c gridfs -n '__gridfs_at put' -l allow-changing -d 'Store a file that changes while it is read'
complete -c gridfs -n '__gridfs_at put' -l newest -d 'Date behind every revision'
complete -c gridfs -n '__gridfs_at put' -l if-absent -d 'Leave out names that exist'

for command in put get-by-name rm
    complete -c gridfs -n "__gridfs_at $command" -l include -x -d 'Only names that match'
    complete -c gridfs -n "__gridfs_at $command" -l exclude -x -d 'Not names that match'
    complete -c gridfs -n "__gridfs_at $command" -l min-age -x -d 'Only files that old'
    complete -c gridfs -n "__gridfs_at $command" -l max-age -x -d 'Only files not older'
    complete -c gridfs -n "__gridfs_at $command" -l min-size -x -d 'Only files that large'
    complete -c gridfs -n "__gridfs_at $command" -l max-size -x -d 'Only files not larger'
end

complete -c gridfs -n '__gridfs_at get-by-name' -s r -l recursive -d 'Fetch what is below a prefix'

for command in get get-by-name
    complete -c gridfs -n "__gridfs_at $command" -s o -l output -r -F -d 'File or directory to write'
    complete -c gridfs -n "__gridfs_at $command" -s f -l force -d 'Replace local files'
    complete -c gridfs -n "__gridfs_at $command" -l continue -d 'Go on with a download'
    complete -c gridfs -n "__gridfs_at $command" -l checksum -d 'Refuse files without a checksum'
    complete -c gridfs -n "__gridfs_at $command" -l preserve -d 'Keep the upload date'
end

for command in get-by-name cat stat rm
    complete -c gridfs -n "__gridfs_at $command" -l revision -x -d 'Which revision'
end

for command in cat stat rename rm
    complete -c gridfs -n "__gridfs_at $command" -l name -x -d 'Files of these names'
end

complete -c gridfs -n '__gridfs_at rename' -l if-absent -d 'Refuse a name that exists'

complete -c gridfs -n '__gridfs_at cat' -l offset -x -d 'Leave out so many bytes'
complete -c gridfs -n '__gridfs_at cat' -l count -x -d 'Write at most so many bytes'

complete -c gridfs -n '__gridfs_at ls' -l filter -x -d 'Query on files documents'
complete -c gridfs -n '__gridfs_at ls' -l sort -x -d 'Fields to sort by'
complete -c gridfs -n '__gridfs_at ls' -l skip -x -d 'Leave out so many files'
complete -c gridfs -n '__gridfs_at ls' -l limit -x -d 'List at most so many files'
complete -c gridfs -n '__gridfs_at ls' -l batch-size -x -d 'Files a reply'
complete -c gridfs -n '__gridfs_at ls' -l no-cursor-timeout -d 'Keep a slow listing alive'
complete -c gridfs -n '__gridfs_at ls' -l collation -x -d 'Rules for comparing text'
complete -c gridfs -n '__gridfs_at ls' -l hint -x -d 'Index to use'
complete -c gridfs -n '__gridfs_at ls' -l comment -x -d 'Shown in the server log'
complete -c gridfs -n '__gridfs_at ls' -l max-time-ms -x -d 'Time limit on the server'
complete -c gridfs -n '__gridfs_at ls' -l allow-disk-use -d 'Let the server sort on disk'
complete -c gridfs -n '__gridfs_at ls' -s l -l long -d 'Id, size, date, revision and name'
complete -c gridfs -n '__gridfs_at ls' -s H -l human-readable -d 'Sizes as 1.5M'
complete -c gridfs -n '__gridfs_at ls' -l latest -d 'Newest revisions only'
complete -c gridfs -n '__gridfs_at ls' -s 0 -l null -d 'End entries with NUL'

complete -c gridfs -n '__gridfs_at rm' -l all-revisions -d 'Every revision'
complete -c gridfs -n '__gridfs_at rm' -s r -l recursive -d 'Remove what is below a prefix'

complete -c gridfs -n '__gridfs_at check' -l read-data -d 'Read every byte'
complete -c gridfs -n '__gridfs_at check' -l repair -d 'Remove orphaned chunks'
complete -c gridfs -n '__gridfs_at check' -l min-age -x -d 'Age of what may be removed'

complete -c gridfs -n '__gridfs_at completion' -a 'bash zsh fish'
