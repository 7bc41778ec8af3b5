package dev.offsync.ui;

import dev.offsync.model.Candidates;
import dev.offsync.model.CheckResult;
import dev.offsync.model.ConfigChange;
import dev.offsync.model.ConfigList;
import dev.offsync.model.ConfigValue;
import dev.offsync.model.ConflictDetail;
import dev.offsync.model.ConflictList;
import dev.offsync.model.DeinitResult;
import dev.offsync.model.DeviceList;
import dev.offsync.model.DiscardResult;
import dev.offsync.model.InitResult;
import dev.offsync.model.PullResult;
import dev.offsync.model.PurgeResult;
import dev.offsync.model.PushResult;
import dev.offsync.model.QueueList;
import dev.offsync.model.ResolveResult;
import dev.offsync.model.Result;
import dev.offsync.model.RetryResult;
import dev.offsync.model.RevokeResult;
import dev.offsync.model.RuleChanges;
import dev.offsync.model.RuleList;
import dev.offsync.model.StatusReport;
import dev.offsync.model.SyncResult;
import dev.offsync.model.UndoResult;
import dev.offsync.model.VerifyResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;

/** Answers with text for a person: results on standard output, failures on standard error. */
public final class TextOutput implements Output {
    private final Console console;
    private final Style style;
    private final Style errorStyle;
    private final boolean quiet;
    private final boolean stackTraces;
    private final InstantSource clock;

    /**
     * @param quiet print nothing but failures
     * @param stackTraces show where a failure came from
     * @param clock tells how long ago something was
     */
    public TextOutput(Console console, Color color, boolean quiet, boolean stackTraces, InstantSource clock) {
        this.console = console;
        this.style = new Style(color.on(console, console.outIsTerminal()));
        this.errorStyle = new Style(color.on(console, console.errIsTerminal()));
        this.quiet = quiet;
        this.stackTraces = stackTraces;
        this.clock = clock;
    }

    @Override
    public void result(String command, Result result) throws IOException {
        if (quiet && !isWhatWasAskedFor(result)) {
            return;
        }
        console.out().write(render(result).getBytes(StandardCharsets.UTF_8));
        console.out().flush();
    }

    @Override
    public void failure(String command, Failure failure) {
        console.err().println(errorStyle.bad("offsync:") + " " + Printable.of(failure.message()));
        if (failure.hint() != null) {
            console.err().println("hint: " + Printable.of(failure.hint()));
        }
        if (stackTraces) {
            console.trace(failure);
        }
    }

    /** Help, a version and DDL are no report on what was done: who asks for them wants them, quiet or not. */
    private static boolean isWhatWasAskedFor(Result result) {
        return result instanceof Usage
                || result instanceof Version
                || result instanceof ConfigValue
                || (result instanceof InitResult init && init.sql() != null);
    }

    private String render(Result result) {
        if (result instanceof Usage usage) {
            return usage.usage();
        }
        if (result instanceof Version version) {
            return "offsync " + version.version() + "\n";
        }
        if (result instanceof InitResult init && init.sql() != null) {
            return init.sql().endsWith("\n") ? init.sql() : init.sql() + "\n";
        }
        var page = new Page(style);
        write(page, result);
        return page.toString();
    }

    private void write(Page page, Result result) {
        if (result instanceof PushResult push) {
            RunText.push(page, push);
        } else if (result instanceof PullResult pull) {
            RunText.pull(page, pull);
        } else if (result instanceof SyncResult sync) {
            RunText.sync(page, sync);
        } else if (result instanceof StatusReport status) {
            StatusText.status(page, status, clock.instant());
        } else if (result instanceof ConflictList list) {
            ConflictText.list(page, list);
        } else if (result instanceof ConflictDetail detail) {
            ConflictDetailText.show(page, detail);
        } else if (result instanceof ResolveResult resolved) {
            ConflictText.resolved(page, resolved);
        } else if (result instanceof UndoResult undo) {
            ConflictText.undone(page, undo);
        } else if (result instanceof PurgeResult purge) {
            SetupText.purge(page, purge);
        } else if (result instanceof Candidates candidates) {
            candidates.words().forEach(page::line);
        } else if (result instanceof CheckResult check) {
            CheckText.check(page, check);
        } else if (result instanceof VerifyResult verified) {
            VerifyText.verify(page, verified);
        } else if (result instanceof InitResult init) {
            SetupText.init(page, init);
        } else {
            writeOperators(page, result);
        }
    }

    private void writeOperators(Page page, Result result) {
        if (result instanceof QueueList list) {
            QueueText.list(page, list, clock.instant());
        } else if (result instanceof RetryResult retried) {
            QueueText.retried(page, retried);
        } else if (result instanceof DiscardResult discarded) {
            QueueText.discarded(page, discarded, clock.instant());
        } else if (result instanceof RuleList rules) {
            SettingsText.rules(page, rules);
        } else if (result instanceof RuleChanges changes) {
            SettingsText.changed(page, changes);
        } else if (result instanceof ConfigList list) {
            SettingsText.list(page, list);
        } else if (result instanceof ConfigValue value) {
            SettingsText.value(page, value);
        } else if (result instanceof ConfigChange change) {
            SettingsText.changed(page, change);
        } else if (result instanceof DeviceList list) {
            FleetText.list(page, list, clock.instant());
        } else if (result instanceof RevokeResult revoked) {
            FleetText.revoked(page, revoked);
        } else if (result instanceof DeinitResult deinit) {
            FleetText.deinit(page, deinit);
        } else {
            throw new IllegalArgumentException("no text form is known for " + result.getClass());
        }
    }
}
