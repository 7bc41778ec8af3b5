package dev.offsync.model;

import java.util.List;

/** What a change of the rules did, or in a dry run would do; {@code rules} are those that hold after it. */
public record RuleChanges(
        List<Rule> added, List<Rule> changed, List<Rule> removed, int unchanged, List<Rule> rules, boolean dryRun)
        implements Result {
    @Override
    public int exitCode() {
        return ExitCodes.DONE;
    }
}
