# bash completion for offsync
# Made by CompletionsTest from the commands; do not edit.

# Offers those of the words that begin like the one being typed.
_offsync_words() {
    local word
    for word in "$@"; do
        [[ $word == "$cur"* ]] && COMPREPLY+=("$word")
    done
}

# Offers what the local database knows: $1 what is asked for, $2 "," in a list, $3 what follows the word.
_offsync_ask() {
    local word before=""
    if [[ $2 == , && $cur == *,* ]]; then
        before=${cur%,*},
    fi
    [[ -n $2$3 ]] && compopt -o nospace 2>/dev/null
    while IFS= read -r word; do
        if [[ $word == "${cur#"$before"}"* ]]; then
            [[ $word == *[!A-Za-z0-9_.$]* ]] && printf -v word %q "$word"
            COMPREPLY+=("$before$word$3")
        fi
    done < <(offsync __complete "$1" 2>/dev/null)
}

_offsync_files() {
    local file
    compopt -o filenames 2>/dev/null
    while IFS= read -r file; do
        COMPREPLY+=("$file")
    done < <(compgen -f -- "$cur")
}

_offsync() {
    local cur=${COMP_WORDS[COMP_CWORD]} option="" command="" argument=0 word i
    COMPREPLY=()
    # bash takes --option=value for three words.
    if [[ $cur == "=" ]]; then
        cur=""
        option=${COMP_WORDS[COMP_CWORD - 1]}
    elif ((COMP_CWORD > 1)) && [[ ${COMP_WORDS[COMP_CWORD - 1]} == "=" ]]; then
        option=${COMP_WORDS[COMP_CWORD - 2]}
    elif ((COMP_CWORD > 1)); then
        option=${COMP_WORDS[COMP_CWORD - 1]}
    fi
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        case $word in
            --batch-size | --color | --config | --data | --delta | --device | --direction | --existing | --fallback | --function | --id-ranges | --limit | --local | --local-password-file | --lock-wait | --log-file | --log-format | --max-age | --max-duration | --older-than | --print-sql | --priority | --reason | --remote | --remote-password-file | --rows | --set | --status | --table | --tables | --type | --use | --where)
                [[ ${COMP_WORDS[i + 1]} == "=" ]] && ((i++))
                ((i++))
                ;;
            -*) ;;
            *)
                case "$command $word" in
                    " init" | " status" | " push" | " pull" | " sync" | " conflicts" | " queue" | " rules" | " config" | " purge" | " verify" | " devices" | " deinit" | " check" | "conflicts list" | "conflicts show" | "conflicts resolve" | "conflicts undo" | "queue list" | "queue retry" | "queue discard" | "rules list" | "rules set" | "rules unset" | "rules apply" | "config list" | "config get" | "config set" | "config unset" | "devices list" | "devices revoke") command=${command:+$command }$word ;;
                    *) ((argument++)) ;;
                esac
                ;;
        esac
    done

    case "$command:$option" in
        *":--local")
            :
            return
            ;;
        *":--remote")
            :
            return
            ;;
        *":--config")
            _offsync_files
            return
            ;;
        *":--local-password-file")
            _offsync_files
            return
            ;;
        *":--remote-password-file")
            _offsync_files
            return
            ;;
        *":--lock-wait")
            :
            return
            ;;
        *":--log-file")
            _offsync_files
            return
            ;;
        *":--log-format")
            _offsync_words text json
            return
            ;;
        *":--color")
            _offsync_words auto always never
            return
            ;;
        "init:--tables")
            _offsync_ask all_tables ,
            return
            ;;
        "init:--direction")
            _offsync_words both push pull
            return
            ;;
        "init:--where")
            _offsync_ask all_tables '' =
            return
            ;;
        "init:--priority")
            _offsync_ask all_tables '' =
            return
            ;;
        "init:--id-ranges")
            :
            return
            ;;
        "init:--device")
            :
            return
            ;;
        "init:--existing")
            _offsync_words merge push ignore
            return
            ;;
        "init:--print-sql")
            _offsync_words local hub
            return
            ;;
        "status:--max-age")
            :
            return
            ;;
        "push:--tables")
            _offsync_ask tables ,
            return
            ;;
        "push:--batch-size")
            :
            return
            ;;
        "push:--limit")
            :
            return
            ;;
        "push:--max-duration")
            :
            return
            ;;
        "pull:--tables")
            _offsync_ask tables ,
            return
            ;;
        "pull:--max-duration")
            :
            return
            ;;
        "sync:--tables")
            _offsync_ask tables ,
            return
            ;;
        "sync:--batch-size")
            :
            return
            ;;
        "sync:--limit")
            :
            return
            ;;
        "sync:--max-duration")
            :
            return
            ;;
        "conflicts list:--table")
            _offsync_ask tables
            return
            ;;
        "conflicts list:--type")
            _offsync_words update_update update_delete insert_insert unique_violation foreign_key
            return
            ;;
        "conflicts resolve:--table")
            _offsync_ask tables
            return
            ;;
        "conflicts resolve:--type")
            _offsync_words update_update update_delete insert_insert unique_violation foreign_key
            return
            ;;
        "conflicts resolve:--use")
            _offsync_words local remote latest merge
            return
            ;;
        "conflicts resolve:--set")
            :
            return
            ;;
        "conflicts resolve:--data")
            :
            return
            ;;
        "queue list:--table")
            _offsync_ask tables
            return
            ;;
        "queue list:--status")
            _offsync_words pending parked processing failed conflict completed discarded
            return
            ;;
        "queue list:--limit")
            :
            return
            ;;
        "queue retry:--table")
            _offsync_ask tables
            return
            ;;
        "queue retry:--status")
            _offsync_words pending parked processing failed conflict completed discarded
            return
            ;;
        "queue discard:--table")
            _offsync_ask tables
            return
            ;;
        "queue discard:--status")
            _offsync_words pending parked processing failed conflict completed discarded
            return
            ;;
        "queue discard:--reason")
            :
            return
            ;;
        "rules set:--function")
            :
            return
            ;;
        "rules set:--delta")
            :
            return
            ;;
        "rules set:--fallback")
            _offsync_words lww version local_wins remote_wins merge custom rekey manual
            return
            ;;
        "rules set:--priority")
            :
            return
            ;;
        "purge:--older-than")
            :
            return
            ;;
        "purge:--rows")
            _offsync_ask tables
            return
            ;;
        "verify:--tables")
            _offsync_ask tables ,
            return
            ;;
        "devices list:--max-age")
            :
            return
            ;;
        "deinit:--tables")
            _offsync_ask tables ,
            return
            ;;
    esac

    if [[ $cur == -* ]]; then
        _offsync_words --local --remote --config --local-password-file --remote-password-file --lock-wait --json -q --quiet -v --verbose --log-file --log-format --color --no-progress --no-input -h --help -V --version
        case $command in
            "init") _offsync_words --tables --all-tables --direction --sync-columns --where --priority --create-tables --id-ranges --device --existing --local-only --hub-only --new-identity --rejoin --dry-run --print-sql ;;
            "status") _offsync_words --check --max-age ;;
            "push") _offsync_words --tables --batch-size --limit --max-duration --allow-mass-delete --dry-run ;;
            "pull") _offsync_words --tables --full --max-duration --allow-mass-delete --dry-run ;;
            "sync") _offsync_words --tables --batch-size --limit --full --max-duration --allow-mass-delete --dry-run ;;
            "conflicts list") _offsync_words --table --type --all ;;
            "conflicts resolve") _offsync_words --table --type --all --use --set --data --dry-run ;;
            "conflicts undo") _offsync_words --dry-run ;;
            "queue list") _offsync_words --table --status --limit ;;
            "queue retry") _offsync_words --all --table --status ;;
            "queue discard") _offsync_words --all --table --status --reason --dry-run --yes ;;
            "rules set") _offsync_words --function --delta --fallback --priority ;;
            "rules apply") _offsync_words --dry-run ;;
            "purge") _offsync_words --older-than --rows --dry-run ;;
            "verify") _offsync_words --tables --repair ;;
            "devices list") _offsync_words --check --max-age ;;
            "devices revoke") _offsync_words --yes ;;
            "deinit") _offsync_words --hub --tables --discard-pending --dry-run --yes ;;
        esac
        return
    fi

    case "$command:$argument" in
        ":0") _offsync_words init status push pull sync conflicts queue rules config purge verify devices deinit check ;;
        "conflicts:0") _offsync_words list show resolve undo ;;
        "queue:0") _offsync_words list retry discard ;;
        "rules:0") _offsync_words list set unset apply ;;
        "config:0") _offsync_words list get set unset ;;
        "devices:0") _offsync_words list revoke ;;
        "conflicts show:0") _offsync_ask conflicts ;;
        "conflicts resolve:"*) _offsync_ask conflicts ;;
        "conflicts undo:0") _offsync_ask conflicts ;;
        "queue retry:"*) _offsync_ask operations ;;
        "queue discard:"*) _offsync_ask operations ;;
        "rules set:0") _offsync_ask tables ;;
        "rules set:1") _offsync_words update_update update_delete insert_insert unique_violation foreign_key ;;
        "rules set:2") _offsync_words lww version local_wins remote_wins merge custom rekey manual ;;
        "rules unset:0") _offsync_ask tables ;;
        "rules unset:1") _offsync_words update_update update_delete insert_insert unique_violation foreign_key ;;
        "rules apply:0") _offsync_files ;;
        "config get:0") _offsync_words sync_interval max_retry_count conflict_resolution remote_host remote_port remote_database remote_user remote_parameters pull_remote batch_size connect_timeout network_timeout retention conflict_retention max_delete max_clock_skew metrics_file ;;
        "config set:0") _offsync_words sync_interval max_retry_count conflict_resolution remote_host remote_port remote_database remote_user remote_parameters pull_remote batch_size connect_timeout network_timeout retention conflict_retention max_delete max_clock_skew metrics_file ;;
        "config set:1") case $option in conflict_resolution) _offsync_words lww version local_wins remote_wins merge manual ;; esac ;;
        "config unset:0") _offsync_words sync_interval max_retry_count conflict_resolution remote_host remote_port remote_database remote_user remote_parameters pull_remote batch_size connect_timeout network_timeout retention conflict_retention max_delete max_clock_skew metrics_file ;;
        "devices revoke:0") : ;;
    esac
}

complete -F _offsync offsync
