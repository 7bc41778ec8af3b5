package dev.offsync.cli;

import dev.offsync.sync.QueueChoice;
import dev.offsync.sync.QueueFilter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that select operations of the queue. */
final class QueueSelection {
    @Option(names = "--table", order = 2, paramLabel = "TABLE", description = "Only operations on this table.")
    private @Nullable String table;

    @Option(
            names = "--status",
            order = 3,
            paramLabel = "STATUS",
            description = "Only those that are pending, parked, processing, failed, conflict, completed or discarded.")
    private QueueFilter.@Nullable Status status;

    QueueFilter filter() {
        if (table != null && Identifiers.split("--table", List.of(table)).size() != 1) {
            throw Failures.usage("--table takes one table", null);
        }
        return new QueueFilter(table, status);
    }

    /** What a command that changes operations is to work on: those named, or with {@code --all} those that match. */
    QueueChoice chosen(String command, @Nullable List<String> ids, boolean all) {
        boolean named = ids != null && !ids.isEmpty();
        if (named && all) {
            throw Failures.usage("IDs and --all exclude each other", "give one of them");
        }
        if (named && (table != null || status != null)) {
            throw Failures.usage(
                    "--table and --status go with --all, not with IDs", "leave them out, or give --all and no ID");
        }
        if (!named && !all) {
            throw Failures.usage(
                    command + " was not told which operations", "name them by ID, or add --all (see queue list)");
        }
        return named && ids != null
                ? QueueChoice.of(ids.stream().map(QueueSelection::id).toList())
                : QueueChoice.matching(filter());
    }

    private static long id(String text) {
        if (!text.matches("[0-9]{1,18}")) {
            throw Failures.usage("'" + text + "' is not an operation's ID", "see offsync queue list");
        }
        return Long.parseLong(text);
    }
}
