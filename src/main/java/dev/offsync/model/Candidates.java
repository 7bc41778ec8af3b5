package dev.offsync.model;

import java.util.List;

/** Words that a shell offers to complete the one that is being typed. */
public record Candidates(List<String> words) implements Result {
    @Override
    public int exitCode() {
        return ExitCodes.DONE;
    }
}
