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
            --batch-size | --color | --config | --data | --device | --direction | --existing | --id-ranges | --limit | --local | --local-password-file | --lock-wait | --log-file | --log-format | --max-age | --max-duration | --older-than | --print-sql | --priority | --remote | --remote-password-file | --rows | --set | --table | --tables | --type | --use | --where)
                [[ ${COMP_WORDS[i + 1]} == "=" ]] && ((i++))
                ((i++))
                ;;
            -*) ;;
            *)
                case "$command $word" in
                    " init" | " status" | " push" | " pull" | " sync" | " conflicts" | " purge" | " check" | "conflicts list" | "conflicts show" | "conflicts resolve") command=${command:+$command }$word ;;
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
        "purge:--older-than")
            :
            return
            ;;
        "purge:--rows")
            _offsync_ask tables
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
            "purge") _offsync_words --older-than --rows --dry-run ;;
        esac
        return
    fi

    case "$command:$argument" in
        ":0") _offsync_words init status push pull sync conflicts purge check ;;
        "conflicts:0") _offsync_words list show resolve ;;
        "conflicts show:0") _offsync_ask conflicts ;;
        "conflicts resolve:"*) _offsync_ask conflicts ;;
    esac
}

complete -F _offsync offsync
