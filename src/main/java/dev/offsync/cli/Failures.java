package dev.offsync.cli;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.ui.Failure;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The one map from whatever ended a run to its error code, exit code, message and hint. */
final class Failures {
    /** A URL's or conninfo string's password, wherever a message repeats an argument. */
    private static final Pattern URL_PASSWORD = Pattern.compile("(://[^/\\s:@]*):[^@\\s]*@");

    private static final Pattern KEY_PASSWORD =
            Pattern.compile("(?i)(password\\s*=\\s*)('(?:[^'\\\\]|\\\\.)*'|[^\\s&]+)");

    private Failures() {}

    /** A usage error found after parsing, where an option's value makes no sense. */
    static OffsyncException usage(String message, @Nullable String hint) {
        return new OffsyncException(Reason.USAGE, message, hint);
    }

    /** @param command the command that was reached, for a hint where the error brings none */
    static Failure of(Throwable thrown, String command) {
        if (thrown instanceof OffsyncException known) {
            boolean bare = known.hint() == null && known.reason().exitCode() == Reason.USAGE.exitCode();
            return new Failure(
                    known.reason().word(),
                    known.reason().exitCode(),
                    redact(String.valueOf(known.getMessage())),
                    bare ? "see offsync " + (command.equals("offsync") ? "" : command + " ") + "--help" : known.hint(),
                    known);
        }
        if (thrown instanceof ParameterException wrong) {
            return new Failure(Reason.USAGE.word(), Reason.USAGE.exitCode(), message(wrong), hint(wrong), wrong);
        }
        if (thrown instanceof OutOfMemoryError) {
            return new Failure(
                    Reason.INTERNAL.word(),
                    Reason.INTERNAL.exitCode(),
                    "this run has too little memory",
                    "nothing was lost; run offsync with a larger heap, as with OFFSYNC_JAVA_OPTS=-Xmx512m",
                    thrown);
        }
        String message = thrown.getMessage() == null ? "" : ": " + redact(thrown.getMessage());
        return new Failure(
                Reason.INTERNAL.word(),
                Reason.INTERNAL.exitCode(),
                "unexpected error: " + thrown.getClass().getSimpleName() + message,
                "this is a bug in offsync or something nobody foresaw; run again with -vv and report what it prints",
                thrown);
    }

    /** A run that a signal ended; the exit code is 128 + the signal's number, as a shell has it. */
    static Failure interrupted(int exitCode) {
        return new Failure(
                "interrupted", exitCode, "interrupted", "nothing is lost; the next run goes on from here", null);
    }

    private static String message(ParameterException wrong) {
        if (wrong instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()) {
            boolean isCommand = !wrong.getCommandLine().getSubcommands().isEmpty();
            return redact((isCommand ? "unknown command: " : "unexpected argument: ")
                    + unmatched.getUnmatched().get(0));
        }
        String message = redact(String.valueOf(wrong.getMessage()));
        return message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
    }

    private static String hint(ParameterException wrong) {
        CommandLine command = wrong.getCommandLine();
        if (wrong instanceof UnmatchedArgumentException unmatched) {
            String typed = unmatched.getUnmatched().get(0);
            if (!unmatched.isUnknownOption() && (typed.equals("help") || typed.equals("version"))) {
                return "offsync --" + typed + ", or offsync COMMAND --help";
            }
            List<String> suggestions = suggestions(unmatched, typed);
            if (!suggestions.isEmpty()) {
                return "did you mean " + String.join(" or ", suggestions) + "?";
            }
        }
        return "see " + command.getCommandSpec().qualifiedName() + " --help";
    }

    private static List<String> suggestions(UnmatchedArgumentException unmatched, String typed) {
        if (unmatched.isUnknownOption()) {
            return Suggestion.nearest(typed, unmatched.getSuggestions());
        }
        return Suggestion.nearest(
                typed,
                unmatched.getCommandLine().getSubcommands().entrySet().stream()
                        .filter(sub ->
                                !sub.getValue().getCommandSpec().usageMessage().hidden())
                        .map(Map.Entry::getKey)
                        .toList());
    }

    static String redact(String message) {
        String withoutUrls = URL_PASSWORD.matcher(message).replaceAll("$1:***@");
        return KEY_PASSWORD.matcher(withoutUrls).replaceAll("$1***");
    }
}
