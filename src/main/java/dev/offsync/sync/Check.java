package dev.offsync.sync;

import dev.offsync.config.Settings;
import dev.offsync.error.OffsyncException;
import dev.offsync.model.CheckResult;
import dev.offsync.model.Progress;
import dev.offsync.sync.check.Findings;
import dev.offsync.sync.check.HubCheck;
import dev.offsync.sync.check.LocalCheck;
import dev.offsync.sync.run.HubLink;
import dev.offsync.sync.run.LocalSession;
import java.sql.SQLException;

/** Looks at everything that a run needs, on both sides, and proves it with writes that are rolled back. */
public final class Check {
    private final Settings settings;
    private final Progress progress;

    public Check(Settings settings, Progress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /** What is wrong with the hub is a finding, too: the device is looked at all the same. */
    public CheckResult run() {
        return LocalSession.read(settings, "check", this::run);
    }

    private CheckResult run(LocalSession session) throws SQLException {
        var findings = new Findings();
        progress.report("checking the device", 0, -1);
        new LocalCheck(session, findings).run();
        progress.report("checking the hub", 0, -1);
        try (HubLink link = HubLink.look(session, "check")) {
            new HubCheck(session, link, findings).run();
        } catch (OffsyncException failure) {
            findings.error(failure.reason().word(), String.valueOf(failure.getMessage()), failure.hint());
        }
        return findings.result(session.device().name());
    }
}
