package dev.offsync.model;

/** What a command did, apart from how it is shown; its record components are the fields of the JSON document. */
public interface Result {
    /** The process's exit code that this result stands for. */
    int exitCode();

    /** Whether it was a rehearsal, after which everything is as it was. */
    default boolean dryRun() {
        return false;
    }
}
