package dev.offsync.model;

/** One conflict in full, with a sentence on why it is open or how it was settled. */
public record ConflictDetail(ConflictEntry conflict, String explanation) implements Result {
    @Override
    public int exitCode() {
        return ExitCodes.DONE;
    }
}
