# fish completion for offsync
# Made by CompletionsTest from the commands; do not edit.

# The words typed so far that are no options and no values of options.
function __offsync_words
    set -l words (commandline -opc)
    set -e words[1]
    while set -q words[1]
        switch $words[1]
            case --batch-size --color --config --data --delta --device --direction --existing --fallback --function --id-ranges --limit --local --local-password-file --lock-wait --log-file --log-format --max-age --max-duration --older-than --print-sql --priority --reason --remote --remote-password-file --rows --set --status --table --tables --type --use --where
                set -e words[1]
            case '-*'
            case '*'
                echo $words[1]
        end
        set -e words[1]
    end
end

# Whether the words are exactly these.
function __offsync_after
    test "$(__offsync_words)" = "$argv"
end

# Whether the words begin with those of a command.
function __offsync_in
    set -l words (__offsync_words)
    test (count $words) -ge (count $argv); and test "$words[1..$(count $argv)]" = "$argv"
end

# Whether the command is followed by $argv[1] arguments.
function __offsync_argument
    set -l words (__offsync_words)
    test (count $words) -eq (math (count $argv) - 1 + $argv[1]); and __offsync_in $argv[2..]
end

# Whether the last of the words is $argv[1].
function __offsync_last
    contains -- $argv[1] (__offsync_words)[-1]
end

function __offsync_ask
    offsync __complete $argv[1] 2>/dev/null
end

# Several words, separated by commas; $argv[2] follows each.
function __offsync_ask_list
    set -l before (string match -r '.*,' -- (string replace -r '^--[^=]*=' '' -- (commandline -ct)))
    for word in (__offsync_ask $argv[1])
        echo "$before$word"
    end
end

complete -c offsync -f
complete -c offsync -n '__offsync_after' -a init -d 'Prepares the local database and the hub for tables, and registers the device.'
complete -c offsync -n '__offsync_after' -a status -d 'Says where this device stands: queue, conflicts, last runs, clock skew.'
complete -c offsync -n '__offsync_after' -a push -d 'Uploads pending operations to the hub.'
complete -c offsync -n '__offsync_after' -a pull -d 'Downloads and applies what changed on the hub.'
complete -c offsync -n '__offsync_after' -a sync -d 'Pushes, pulls, and pushes again while either left something to send.'
complete -c offsync -n '__offsync_after' -a conflicts -d 'Looks at and settles conflicts.'
complete -c offsync -n '__offsync_after' -a queue -d 'Looks at, retries or drops operations.'
complete -c offsync -n '__offsync_after' -a rules -d 'Shows and changes the rules that settle conflicts.'
complete -c offsync -n '__offsync_after' -a config -d 'Shows and changes settings.'
complete -c offsync -n '__offsync_after' -a purge -d 'Deletes completed operations and resolved conflicts past their retention.'
complete -c offsync -n '__offsync_after' -a verify -d 'Compares the device with the hub by hash buckets and names the rows that differ.'
complete -c offsync -n '__offsync_after' -a devices -d 'Looks at the hub\'s devices, or shuts one out.'
complete -c offsync -n '__offsync_after' -a deinit -d 'Removes offsync from the local database, or with --hub from the hub.'
complete -c offsync -n '__offsync_after' -a check -d 'Proves the whole path with writes that are rolled back, and names what is wrong.'
complete -c offsync -n '__offsync_after conflicts' -a list -d 'Lists conflicts, oldest first.'
complete -c offsync -n '__offsync_after conflicts' -a show -d 'Shows one conflict: the columns that differ side by side, and why it is open.'
complete -c offsync -n '__offsync_after conflicts' -a resolve -d 'Settles conflicts; what was decided goes to the hub with the next push.'
complete -c offsync -n '__offsync_after conflicts' -a undo -d 'Brings the losing row of a settled conflict back, as a new change.'
complete -c offsync -n '__offsync_after queue' -a list -d 'Lists operations that the hub does not have, oldest first.'
complete -c offsync -n '__offsync_after queue' -a retry -d 'Sends rejected and failed operations again, with what is parked behind them.'
complete -c offsync -n '__offsync_after queue' -a discard -d 'Drops operations: the hub will never get them.'
complete -c offsync -n '__offsync_after rules' -a list -d 'Lists the conflict rules, strongest first.'
complete -c offsync -n '__offsync_after rules' -a set -d 'Writes the rule for a table and a type of conflict, in place of the one there.'
complete -c offsync -n '__offsync_after rules' -a unset -d 'Takes the rule for a table and a type away.'
complete -c offsync -n '__offsync_after rules' -a apply -d 'Makes the rules equal to those in a TOML file.'
complete -c offsync -n '__offsync_after config' -a list -d 'Lists every setting, its value and where that comes from.'
complete -c offsync -n '__offsync_after config' -a get -d 'Prints the value of one setting.'
complete -c offsync -n '__offsync_after config' -a set -d 'Keeps a setting in the local database.'
complete -c offsync -n '__offsync_after config' -a unset -d 'Takes a setting out of the local database.'
complete -c offsync -n '__offsync_after devices' -a list -d 'Lists the devices as the hub knows them from their last contact.'
complete -c offsync -n '__offsync_after devices' -a revoke -d 'Shuts a device out: its next contact ends with exit 12.'
complete -c offsync -l local -x -d 'The local database: postgresql://user@host:port/db or a conninfo string.'
complete -c offsync -l remote -x -d 'The hub.'
complete -c offsync -l config -r -F -d 'The config file (TOML).'
complete -c offsync -l local-password-file -r -F -d 'File that holds the local database\'s password.'
complete -c offsync -l remote-password-file -r -F -d 'File that holds the hub\'s password.'
complete -c offsync -l lock-wait -x -d 'How long to wait for another run of this device: 90s, 5m.'
complete -c offsync -l json -d 'Answer with one JSON document on standard output.'
complete -c offsync -s q -l quiet -d 'Print nothing but errors.'
complete -c offsync -s v -l verbose -d 'Log more; twice: everything, with stack traces.'
complete -c offsync -l log-file -r -F -d 'Log to this file, too; it is rotated.'
complete -c offsync -l log-format -x -a 'text json' -d 'How log lines look: text (default) or json.'
complete -c offsync -l color -x -a 'auto always never' -d 'Colour: auto (default), always or never.'
complete -c offsync -l no-progress -d 'Show no progress bar.'
complete -c offsync -l no-input -d 'Never ask, as if there were no terminal.'
complete -c offsync -s h -l help -d 'Show this help.'
complete -c offsync -s V -l version -d 'Show offsync\'s version.'
complete -c offsync -n '__offsync_in init' -l tables -x -a '(__offsync_ask_list all_tables)' -d 'The tables to sync. Unquoted names fold, double quotes keep.'
complete -c offsync -n '__offsync_in init' -l all-tables -d 'Sync every table that can be synced.'
complete -c offsync -n '__offsync_in init' -l direction -x -a 'both push pull' -d 'For the tables named: both (default), push or pull.'
complete -c offsync -n '__offsync_in init' -l sync-columns -d 'Keep version, sync_status and sync_timestamp in the tables themselves.'
complete -c offsync -n '__offsync_in init' -l where -x -a '(__offsync_ask all_tables)=' -d 'Only rows that meet the condition come to this device; may be repeated.'
complete -c offsync -n '__offsync_in init' -l priority -x -a '(__offsync_ask all_tables)=' -d 'Higher goes first (default: 0); may be repeated.'
complete -c offsync -n '__offsync_in init' -l create-tables -d 'Make missing local tables from the hub\'s definition.'
complete -c offsync -n '__offsync_in init' -l id-ranges -x -d 'Keys per lease for sequence-fed tables, or off.'
complete -c offsync -n '__offsync_in init' -l device -x -d 'This device\'s name at the hub (default: the host name).'
complete -c offsync -n '__offsync_in init' -l existing -x -a 'merge push ignore' -d 'Rows that are there already: merge (default), push or ignore.'
complete -c offsync -n '__offsync_in init' -l local-only -d 'Prepare the local database alone.'
complete -c offsync -n '__offsync_in init' -l hub-only -d 'Prepare the hub alone.'
complete -c offsync -n '__offsync_in init' -l new-identity -d 'This copy becomes a device of its own and keeps its pending work.'
complete -c offsync -n '__offsync_in init' -l rejoin -d 'The hub was restored or replaced: send again what it lacks, then reconcile.'
complete -c offsync -n '__offsync_in init' -l dry-run -d 'Show what would be done, change nothing.'
complete -c offsync -n '__offsync_in init' -l print-sql -x -a 'local hub' -d 'Print the DDL for a DBA instead of running it: local or hub.'
complete -c offsync -n '__offsync_in status' -l check -d 'Let the exit status tell the device\'s health.'
complete -c offsync -n '__offsync_in status' -l max-age -x -d 'With --check: the oldest that a pending operation or the last successful sync may be (default: three times sync_interval).'
complete -c offsync -n '__offsync_in push' -l tables -x -a '(__offsync_ask_list tables)' -d 'Only these tables. Unquoted names fold, double quotes keep.'
complete -c offsync -n '__offsync_in push' -l batch-size -x -d 'Operations per hub transaction; a local transaction is never split.'
complete -c offsync -n '__offsync_in push' -l limit -x -d 'Push about N operations at most.'
complete -c offsync -n '__offsync_in push' -l max-duration -x -d 'Stop cleanly after this time: 90s, 5m; the next run goes on.'
complete -c offsync -n '__offsync_in push' -l allow-mass-delete -d 'Carry out deletions beyond max_delete instead of stopping.'
complete -c offsync -n '__offsync_in push' -l dry-run -d 'Show what would be done, change nothing.'
complete -c offsync -n '__offsync_in pull' -l tables -x -a '(__offsync_ask_list tables)' -d 'Only these tables. Unquoted names fold, double quotes keep.'
complete -c offsync -n '__offsync_in pull' -l full -d 'Compare every row with the hub\'s, not just what changed.'
complete -c offsync -n '__offsync_in pull' -l max-duration -x -d 'Stop cleanly after this time: 90s, 5m; the next run goes on.'
complete -c offsync -n '__offsync_in pull' -l allow-mass-delete -d 'Carry out deletions beyond max_delete instead of stopping.'
complete -c offsync -n '__offsync_in pull' -l dry-run -d 'Show what would be done, change nothing.'
complete -c offsync -n '__offsync_in sync' -l tables -x -a '(__offsync_ask_list tables)' -d 'Only these tables. Unquoted names fold, double quotes keep.'
complete -c offsync -n '__offsync_in sync' -l batch-size -x -d 'Operations per hub transaction; a local transaction is never split.'
complete -c offsync -n '__offsync_in sync' -l limit -x -d 'Push about N operations at most.'
complete -c offsync -n '__offsync_in sync' -l full -d 'Compare every row with the hub\'s, not just what changed.'
complete -c offsync -n '__offsync_in sync' -l max-duration -x -d 'Stop cleanly after this time: 90s, 5m; the next run goes on.'
complete -c offsync -n '__offsync_in sync' -l allow-mass-delete -d 'Carry out deletions beyond max_delete instead of stopping.'
complete -c offsync -n '__offsync_in sync' -l dry-run -d 'Show what would be done, change nothing.'
complete -c offsync -n '__offsync_in conflicts list' -l table -x -a '(__offsync_ask tables)' -d 'Only conflicts of this table.'
complete -c offsync -n '__offsync_in conflicts list' -l type -x -a 'update_update update_delete insert_insert unique_violation foreign_key' -d 'Only conflicts of this type: update_update, update_delete, insert_insert, unique_violation or foreign_key.'
complete -c offsync -n '__offsync_in conflicts list' -l all -d 'Resolved conflicts, too.'
complete -c offsync -n '__offsync_argument 0 conflicts show' -a '(__offsync_ask conflicts)'
complete -c offsync -n '__offsync_in conflicts resolve' -l table -x -a '(__offsync_ask tables)' -d 'Only conflicts of this table.'
complete -c offsync -n '__offsync_in conflicts resolve' -l type -x -a 'update_update update_delete insert_insert unique_violation foreign_key' -d 'Only conflicts of this type: update_update, update_delete, insert_insert, unique_violation or foreign_key.'
complete -c offsync -n '__offsync_in conflicts resolve' -l all -d 'All open conflicts, or those that --table and --type select.'
complete -c offsync -n '__offsync_in conflicts resolve' -l use -x -a 'local remote latest merge' -d 'Keep local, remote, latest (the later change) or merge (column by column).'
complete -c offsync -n '__offsync_in conflicts resolve' -l set -x -d 'Set one column, on top of --use; may be repeated. COLUMN= is the empty text, COLUMN without = is SQL NULL.'
complete -c offsync -n '__offsync_in conflicts resolve' -l data -x -d 'The whole row as an object: {"price": 9.50, "note": null}.'
complete -c offsync -n '__offsync_in conflicts resolve' -l dry-run -d 'Print the row to be written, change nothing.'
complete -c offsync -n '__offsync_in conflicts resolve' -a '(__offsync_ask conflicts)'
complete -c offsync -n '__offsync_in conflicts undo' -l dry-run -d 'Print the row to be written, change nothing.'
complete -c offsync -n '__offsync_argument 0 conflicts undo' -a '(__offsync_ask conflicts)'
complete -c offsync -n '__offsync_in queue list' -l table -x -a '(__offsync_ask tables)' -d 'Only operations on this table.'
complete -c offsync -n '__offsync_in queue list' -l status -x -a 'pending parked processing failed conflict completed discarded' -d 'Only those that are pending, parked, processing, failed, conflict, completed or discarded.'
complete -c offsync -n '__offsync_in queue list' -l limit -x -d 'Show N operations at most (default: 1000).'
complete -c offsync -n '__offsync_in queue retry' -l all -d 'All of them, or those that --table and --status select.'
complete -c offsync -n '__offsync_in queue retry' -l table -x -a '(__offsync_ask tables)' -d 'Only operations on this table.'
complete -c offsync -n '__offsync_in queue retry' -l status -x -a 'pending parked processing failed conflict completed discarded' -d 'Only those that are pending, parked, processing, failed, conflict, completed or discarded.'
complete -c offsync -n '__offsync_in queue retry' -a '(__offsync_ask operations)'
complete -c offsync -n '__offsync_in queue discard' -l all -d 'All failed ones, or those that --table and --status select.'
complete -c offsync -n '__offsync_in queue discard' -l table -x -a '(__offsync_ask tables)' -d 'Only operations on this table.'
complete -c offsync -n '__offsync_in queue discard' -l status -x -a 'pending parked processing failed conflict completed discarded' -d 'Only those that are pending, parked, processing, failed, conflict, completed or discarded.'
complete -c offsync -n '__offsync_in queue discard' -l reason -x -d 'Why, for the log (default: the hub\'s message).'
complete -c offsync -n '__offsync_in queue discard' -l dry-run -d 'Show what would be dropped, change nothing.'
complete -c offsync -n '__offsync_in queue discard' -l yes -d 'Do it without asking.'
complete -c offsync -n '__offsync_in queue discard' -a '(__offsync_ask operations)'
complete -c offsync -n '__offsync_in rules set' -l function -x -d 'For custom: f(local jsonb, remote jsonb, base jsonb) RETURNS jsonb in the local database, which returns the row to keep, or NULL for a person to decide.'
complete -c offsync -n '__offsync_in rules set' -l delta -x -d 'For merge: counters, which become hub + (local - base) where both sides moved them. A base of NULL counts as 0; where a side is NULL the fallback decides; a sum too large for its type waits for a person.'
complete -c offsync -n '__offsync_in rules set' -l fallback -x -a 'lww version local_wins remote_wins merge custom rekey manual' -d 'What decides where the strategy does not: for merge on columns that both sides changed, for merge and custom where their row runs into other rows, for rekey where the row cannot move: lww, version, local_wins, remote_wins or manual (default).'
complete -c offsync -n '__offsync_in rules set' -l priority -x -d 'The greatest priority counts (default: 0); among equals a named table before \'*\', then a named type.'
complete -c offsync -n '__offsync_argument 0 rules set' -a '(__offsync_ask tables)'
complete -c offsync -n '__offsync_argument 1 rules set' -a 'update_update update_delete insert_insert unique_violation foreign_key'
complete -c offsync -n '__offsync_argument 2 rules set' -a 'lww version local_wins remote_wins merge custom rekey manual'
complete -c offsync -n '__offsync_argument 0 rules unset' -a '(__offsync_ask tables)'
complete -c offsync -n '__offsync_argument 1 rules unset' -a 'update_update update_delete insert_insert unique_violation foreign_key'
complete -c offsync -n '__offsync_in rules apply' -l dry-run -d 'Show what would change, change nothing.'
complete -c offsync -n '__offsync_argument 0 rules apply' -F
complete -c offsync -n '__offsync_argument 0 config get' -a 'sync_interval max_retry_count conflict_resolution remote_host remote_port remote_database remote_user remote_parameters pull_remote batch_size connect_timeout network_timeout retention conflict_retention max_delete max_clock_skew metrics_file'
complete -c offsync -n '__offsync_argument 0 config set' -a 'sync_interval max_retry_count conflict_resolution remote_host remote_port remote_database remote_user remote_parameters pull_remote batch_size connect_timeout network_timeout retention conflict_retention max_delete max_clock_skew metrics_file'
complete -c offsync -n '__offsync_argument 1 config set; and __offsync_last conflict_resolution' -a 'lww version local_wins remote_wins merge manual'
complete -c offsync -n '__offsync_argument 0 config unset' -a 'sync_interval max_retry_count conflict_resolution remote_host remote_port remote_database remote_user remote_parameters pull_remote batch_size connect_timeout network_timeout retention conflict_retention max_delete max_clock_skew metrics_file'
complete -c offsync -n '__offsync_in purge' -l older-than -x -d 'Delete what is older than this (default: the setting retention, 7d).'
complete -c offsync -n '__offsync_in purge' -l rows -x -a '(__offsync_ask tables)' -d 'Evict old synced rows of this table from the device; the hub keeps them.'
complete -c offsync -n '__offsync_in purge' -l dry-run -d 'Show what would be deleted, change nothing.'
complete -c offsync -n '__offsync_in verify' -l tables -x -a '(__offsync_ask_list tables)' -d 'Only these tables. Unquoted names fold, double quotes keep.'
complete -c offsync -n '__offsync_in verify' -l repair -d 'Bring both sides in line: copy what is missing, make a conflict of what differs.'
complete -c offsync -n '__offsync_in devices list' -l check -d 'Exit with 4 where a device is late, and name it.'
complete -c offsync -n '__offsync_in devices list' -l max-age -x -d 'With --check: how long ago the last contact may be (default: three times sync_interval).'
complete -c offsync -n '__offsync_in devices revoke' -l yes -d 'Do it without asking.'
complete -c offsync -n '__offsync_in deinit' -l hub -d 'Remove it from the hub: no device can sync any more.'
complete -c offsync -n '__offsync_in deinit' -l tables -x -a '(__offsync_ask_list tables)' -d 'Remove it only from these tables of the local database; the others go on as before.'
complete -c offsync -n '__offsync_in deinit' -l discard-pending -d 'Go on although there is work that was not sent; the rows stay, the hub never hears of them.'
complete -c offsync -n '__offsync_in deinit' -l dry-run -d 'Show what would be removed, change nothing.'
complete -c offsync -n '__offsync_in deinit' -l yes -d 'Do it without asking.'
