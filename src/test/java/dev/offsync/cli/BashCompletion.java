package dev.offsync.cli;

import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Writes completions/offsync.bash, which needs nothing but bash 4. */
final class BashCompletion {
    private static final String BEGIN = """
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
            """;

    private BashCompletion() {}

    private static final String SKIP_VALUES = """
                        [[ ${COMP_WORDS[i + 1]} == "=" ]] && ((i++))
                        ((i++))
                        ;;
                    -*) ;;
                    *)
                        case "$command $word" in
        """;

    private static final String COUNT_ARGUMENTS = """
                            *) ((argument++)) ;;
                        esac
                        ;;
                esac
            done

            case "$command:$option" in
        """;

    static String script() {
        CommandSpec program = Documents.program();
        var script = new StringBuilder(BEGIN);
        script.append("            ")
                .append(String.join(" | ", Completion.valueOptions()))
                .append(")\n");
        script.append(SKIP_VALUES).append("                    ");
        script.append(String.join(" | ", commandPaths())).append(") command=${command:+$command }$word ;;\n");
        script.append(COUNT_ARGUMENTS);
        values(script, "", program, List.of());
        List<String> global = Completion.names(Completion.options(program));
        Documents.leaves().forEach((name, spec) -> values(script, name, spec, global));
        script.append("    esac\n\n    if [[ $cur == -* ]]; then\n        _offsync_words ")
                .append(String.join(" ", global))
                .append("\n        case $command in\n");
        Documents.leaves().forEach((name, spec) -> names(script, name, spec, global));
        script.append("        esac\n        return\n    fi\n\n    case \"$command:$argument\" in\n");
        Completion.groups().forEach((group, words) -> script.append("        ")
                .append(quoted(group + ":0"))
                .append(") _offsync_words ")
                .append(String.join(" ", words.keySet()))
                .append(" ;;\n"));
        Documents.leaves().forEach((name, spec) -> arguments(script, name, spec));
        return script.append("    esac\n}\n\ncomplete -F _offsync offsync\n").toString();
    }

    private static void names(StringBuilder script, String command, CommandSpec spec, List<String> global) {
        List<String> own = Completion.names(Completion.options(spec)).stream()
                .filter(name -> !global.contains(name))
                .toList();
        if (!own.isEmpty()) {
            script.append("            ")
                    .append(quoted(command))
                    .append(") _offsync_words ")
                    .append(String.join(" ", own))
                    .append(" ;;\n");
        }
    }

    private static List<String> commandPaths() {
        return Completion.groups().entrySet().stream()
                .flatMap(group -> group.getValue().keySet().stream().map(word -> quoted(group.getKey() + " " + word)))
                .toList();
    }

    /** The values of a command's own options; those of the program's hold after any command. */
    private static void values(StringBuilder script, String command, CommandSpec spec, List<String> others) {
        for (OptionSpec option : Completion.options(spec)) {
            if (Completion.takesValue(option) && !others.contains(option.longestName())) {
                String pattern = (command.isEmpty() ? "*" : "") + quoted(command + ":" + option.longestName());
                script.append("        ")
                        .append(pattern)
                        .append(")\n            ")
                        .append(offer(Completion.of(command, option)))
                        .append("\n            return\n            ;;\n");
            }
        }
    }

    private static void arguments(StringBuilder script, String command, CommandSpec spec) {
        int position = 0;
        for (PositionalParamSpec argument : Completion.arguments(spec)) {
            boolean many = argument.arity().max() > 1 || argument.arity().isVariable();
            String pattern = many ? quoted(command + ":") + "*" : quoted(command + ":" + position);
            script.append("        ")
                    .append(pattern)
                    .append(") ")
                    .append(offer(Completion.of(command, argument)))
                    .append(" ;;\n");
            position++;
        }
    }

    private static String offer(Completion completion) {
        if (completion instanceof Completion.Words words) {
            return "_offsync_words " + String.join(" ", words.words());
        }
        if (completion instanceof Completion.Asked asked) {
            String rest = asked.list() ? " ," : asked.suffix().isEmpty() ? "" : " '' " + asked.suffix();
            return "_offsync_ask " + asked.word() + rest;
        }
        if (completion instanceof Completion.ValueOfKey value) {
            // The word before is known as the option whose value this might be.
            return "case $option in " + cases(value.words()) + "esac";
        }
        return completion instanceof Completion.Files ? "_offsync_files" : ":";
    }

    private static String cases(Map<String, List<String>> words) {
        var cases = new StringBuilder();
        words.forEach((key, values) -> cases.append(key)
                .append(") _offsync_words ")
                .append(String.join(" ", values))
                .append(" ;; "));
        return cases.toString();
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }
}
