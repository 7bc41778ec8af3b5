package dev.offsync.model;

import java.util.List;

/** What check found, errors first, and in short sentences what it found in order. */
public record CheckResult(String device, List<String> passed, List<Finding> findings) implements Result {
    @Override
    public int exitCode() {
        return findings.stream().anyMatch(finding -> finding.severity() == Finding.Severity.ERROR)
                ? ExitCodes.DIFFERENCES
                : ExitCodes.DONE;
    }
}
