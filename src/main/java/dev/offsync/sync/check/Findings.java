package dev.offsync.sync.check;

import dev.offsync.model.CheckResult;
import dev.offsync.model.Finding;
import dev.offsync.model.Finding.Severity;
import dev.offsync.model.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a check has found so far. */
public final class Findings {
    private final List<Finding> findings = new ArrayList<>();
    private final List<String> passed = new ArrayList<>();

    public void error(String code, String message, @Nullable String hint) {
        findings.add(new Finding(code, Severity.ERROR, message, hint));
    }

    public void error(Problem problem) {
        error(problem.code(), problem.message(), problem.hint());
    }

    void warning(String code, String message, @Nullable String hint) {
        findings.add(new Finding(code, Severity.WARNING, message, hint));
    }

    void warning(Problem problem) {
        warning(problem.code(), problem.message(), problem.hint());
    }

    void advice(String code, String message, @Nullable String hint) {
        findings.add(new Finding(code, Severity.ADVICE, message, hint));
    }

    /** Notes in a few words what is as it should be. */
    void passed(String what) {
        passed.add(what);
    }

    /** How many there are, for telling whether a step added any. */
    int count() {
        return findings.size();
    }

    public CheckResult result(String device) {
        findings.sort(Comparator.comparing(Finding::severity));
        return new CheckResult(device, passed, findings);
    }
}
