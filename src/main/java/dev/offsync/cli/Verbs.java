package dev.offsync.cli;

import dev.offsync.config.Settings;
import dev.offsync.model.Candidates;
import dev.offsync.model.CheckResult;
import dev.offsync.model.ConflictDetail;
import dev.offsync.model.ConflictList;
import dev.offsync.model.InitResult;
import dev.offsync.model.Progress;
import dev.offsync.model.PullResult;
import dev.offsync.model.PurgeResult;
import dev.offsync.model.PushResult;
import dev.offsync.model.ResolveResult;
import dev.offsync.model.StatusReport;
import dev.offsync.model.SyncResult;
import dev.offsync.sync.Check;
import dev.offsync.sync.Complete;
import dev.offsync.sync.ConflictFilter;
import dev.offsync.sync.Conflicts;
import dev.offsync.sync.Init;
import dev.offsync.sync.InitOptions;
import dev.offsync.sync.Pull;
import dev.offsync.sync.PullOptions;
import dev.offsync.sync.Purge;
import dev.offsync.sync.PurgeOptions;
import dev.offsync.sync.Push;
import dev.offsync.sync.PushOptions;
import dev.offsync.sync.ResolveOptions;
import dev.offsync.sync.Status;
import dev.offsync.sync.StatusOptions;
import dev.offsync.sync.Sync;

/**
 * The way from a command to its verb. Each verb's class is loaded when it is called and not before; tests of the command
 * line put their own answers here.
 */
public class Verbs {
    public InitResult init(Settings settings, Progress progress, InitOptions options) {
        return new Init(settings, progress).run(options);
    }

    public StatusReport status(Settings settings, Progress progress, StatusOptions options) {
        return new Status(settings, progress).run(options);
    }

    public PushResult push(Settings settings, Progress progress, PushOptions options) {
        return new Push(settings, progress).run(options);
    }

    public PullResult pull(Settings settings, Progress progress, PullOptions options) {
        return new Pull(settings, progress).run(options);
    }

    public SyncResult sync(Settings settings, Progress progress, PushOptions push, PullOptions pull) {
        return new Sync(settings, progress).run(push, pull);
    }

    public ConflictList listConflicts(Settings settings, ConflictFilter filter) {
        return new Conflicts(settings).list(filter);
    }

    public ConflictDetail showConflict(Settings settings, long id) {
        return new Conflicts(settings).show(id);
    }

    public ResolveResult resolveConflicts(Settings settings, ResolveOptions options) {
        return new Conflicts(settings).resolve(options);
    }

    public PurgeResult purge(Settings settings, Progress progress, PurgeOptions options) {
        return new Purge(settings, progress).run(options);
    }

    public CheckResult check(Settings settings, Progress progress) {
        return new Check(settings, progress).run();
    }

    public Candidates complete(Settings settings, Complete.Kind kind) {
        return new Complete(settings).run(kind);
    }
}
