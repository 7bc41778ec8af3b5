package dev.offsync.cli;

import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Writes completions/offsync.fish. */
final class FishCompletion {
    private static final String BEGIN = """
            # fish completion for offsync
            # Made by CompletionsTest from the commands; do not edit.

            # The words typed so far that are no options and no values of options.
            function __offsync_words
                set -l words (commandline -opc)
                set -e words[1]
                while set -q words[1]
                    switch $words[1]
                        case %s
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
            """;

    private FishCompletion() {}

    static String script() {
        var script = new StringBuilder(BEGIN.formatted(String.join(" ", Completion.valueOptions())));
        Completion.groups()
                .forEach((group, words) -> words.forEach((word, header) -> line(
                        script,
                        "__offsync_after" + (group.isEmpty() ? "" : " " + group),
                        "-a " + word + " -d " + quoted(header))));
        for (OptionSpec option : Completion.options(Documents.program())) {
            option(script, "", option);
        }
        List<String> global = Completion.names(Completion.options(Documents.program()));
        Documents.leaves().forEach((name, spec) -> {
            for (OptionSpec option : Completion.options(spec)) {
                if (!global.contains(option.longestName())) {
                    option(script, name, option);
                }
            }
            arguments(script, name, spec);
        });
        return script.toString();
    }

    private static void option(StringBuilder script, String command, OptionSpec option) {
        String names = List.of(option.names()).stream()
                .map(name -> name.startsWith("--") ? "-l " + name.substring(2) : "-s " + name.substring(1))
                .collect(Collectors.joining(" "));
        String value = Completion.takesValue(option) ? " " + value(command, option) : "";
        line(
                script,
                command.isEmpty() ? "" : "__offsync_in " + command,
                names + value + " -d " + quoted(option.description()[0]));
    }

    private static void arguments(StringBuilder script, String command, CommandSpec spec) {
        int position = 0;
        for (PositionalParamSpec argument : Completion.arguments(spec)) {
            boolean many = argument.arity().max() > 1 || argument.arity().isVariable();
            String where = many ? "__offsync_in " + command : "__offsync_argument " + position + " " + command;
            if (Completion.of(command, argument) instanceof Completion.ValueOfKey values) {
                values.words()
                        .forEach((key, words) -> line(
                                script,
                                where + "; and __offsync_last " + key,
                                "-a " + quoted(String.join(" ", words))));
            }
            String value = value(command, argument);
            if (!value.equals("-x")) {
                line(script, where, value.replace("-x ", "").replace("-r", "").strip());
            }
            position++;
        }
    }

    private static String value(String command, ArgSpec argument) {
        Completion completion = Completion.of(command, argument);
        if (completion instanceof Completion.Words words) {
            return "-x -a " + quoted(String.join(" ", words.words()));
        }
        if (completion instanceof Completion.Asked asked) {
            return "-x -a "
                    + (asked.list()
                            ? quoted("(__offsync_ask_list " + asked.word() + ")")
                            : quoted("(__offsync_ask " + asked.word() + ")" + asked.suffix()));
        }
        return completion instanceof Completion.Files ? "-r -F" : "-x";
    }

    private static void line(StringBuilder script, String condition, String rest) {
        script.append("complete -c offsync ")
                .append(condition.isEmpty() ? "" : "-n " + quoted(condition) + " ")
                .append(rest)
                .append('\n');
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
