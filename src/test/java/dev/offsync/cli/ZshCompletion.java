package dev.offsync.cli;

import java.util.ArrayList;
import java.util.Map;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Writes completions/_offsync for zsh: one function for each command, in the terms of _arguments. */
final class ZshCompletion {
    private static final String ASK = """

            # Offers what the local database knows: $1 what is asked for, $2 what follows the word.
            _offsync_ask() {
              local -a words
              words=(${(f)"$(offsync __complete $1 2>/dev/null)"})
              compadd -S "${2- }" -a words
            }

            _offsync_ask_list() {
              local -a words
              words=(${(f)"$(offsync __complete $1 2>/dev/null)"})
              _values -s , table $words
            }
            """;

    private ZshCompletion() {}

    static String script() {
        var script = new StringBuilder("#compdef offsync\n# Made by CompletionsTest from the commands; do not edit.\n");
        script.append(ASK);
        Completion.groups().forEach((name, words) -> group(script, name, words));
        Documents.leaves().forEach((name, spec) -> command(script, name, spec));
        return script.append("\n_offsync \"$@\"\n").toString();
    }

    private static void group(StringBuilder script, String name, Map<String, String> words) {
        String function = function(name);
        script.append('\n').append(function).append("() {\n  local curcontext=$curcontext state line\n");
        script.append("  local -a commands\n  commands=(\n");
        words.forEach((word, header) ->
                script.append("    ").append(quoted(word + ":" + header)).append('\n'));
        script.append("  )\n  _arguments -C \\\n");
        if (name.isEmpty()) {
            options(script, name, Documents.program());
        }
        script.append("    '1: :->command' '*:: :->rest'\n  case $state in\n");
        script.append("    command) _describe command commands ;;\n    rest)\n      case $words[1] in\n");
        words.keySet().forEach(word -> script.append("        ")
                .append(word)
                .append(") ")
                .append(function((name + " " + word).strip()))
                .append(" ;;\n"));
        script.append("      esac\n      ;;\n  esac\n}\n");
    }

    private static void command(StringBuilder script, String name, CommandSpec spec) {
        script.append('\n').append(function(name)).append("() {\n  _arguments \\\n");
        options(script, name, spec);
        var arguments = new ArrayList<String>();
        for (PositionalParamSpec argument : Completion.arguments(spec)) {
            boolean many = argument.arity().max() > 1 || argument.arity().isVariable();
            arguments.add(quoted((many ? "*" : "") + ":" + argument.paramLabel() + ":" + action(name, argument)));
        }
        script.append("    ").append(String.join(" ", arguments)).append("\n}\n");
    }

    private static void options(StringBuilder script, String command, CommandSpec spec) {
        for (OptionSpec option : Completion.options(spec)) {
            for (String name : option.names()) {
                boolean takesValue = Completion.takesValue(option);
                String text = "*" + name + (takesValue && name.startsWith("--") ? "=" : "") + "["
                        + escaped(option.description()[0]) + "]"
                        + (takesValue ? ":" + escaped(option.paramLabel()) + ":" + action(command, option) : "");
                script.append("    ").append(quoted(text)).append(" \\\n");
            }
        }
    }

    private static String action(String command, ArgSpec argument) {
        Completion completion = Completion.of(command, argument);
        if (completion instanceof Completion.Words words) {
            return "(" + String.join(" ", words.words()) + ")";
        }
        if (completion instanceof Completion.Asked asked) {
            String suffix = asked.suffix().isEmpty() ? "" : " " + asked.suffix();
            return asked.list() ? " _offsync_ask_list " + asked.word() : " _offsync_ask " + asked.word() + suffix;
        }
        if (completion instanceof Completion.ValueOfKey value) {
            var cases = new StringBuilder();
            value.words().forEach((key, words) -> cases.append("(")
                    .append(key)
                    .append(") compadd ")
                    .append(String.join(" ", words))
                    .append(" ;; "));
            return "{case $words[CURRENT-1] in " + cases + "esac}";
        }
        return completion instanceof Completion.Files ? "_files" : " ";
    }

    private static String function(String command) {
        return command.isEmpty() ? "_offsync" : "_offsync_" + command.replace(' ', '_');
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\")
                .replace("[", "\\[")
                .replace("]", "\\]")
                .replace(":", "\\:");
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
