package dev.offsync.cli;

import dev.offsync.config.Settings;
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
import dev.offsync.model.OpenConflict;
import dev.offsync.model.OpenQuestion;
import dev.offsync.model.Progress;
import dev.offsync.model.PullResult;
import dev.offsync.model.PurgeResult;
import dev.offsync.model.PushResult;
import dev.offsync.model.QueueList;
import dev.offsync.model.ResolveResult;
import dev.offsync.model.RetryResult;
import dev.offsync.model.RevokeResult;
import dev.offsync.model.RuleChanges;
import dev.offsync.model.RuleDraft;
import dev.offsync.model.RuleList;
import dev.offsync.model.StatusReport;
import dev.offsync.model.SyncResult;
import dev.offsync.model.UndoResult;
import dev.offsync.model.VerifyResult;
import dev.offsync.sync.Check;
import dev.offsync.sync.Complete;
import dev.offsync.sync.Config;
import dev.offsync.sync.Conflicts;
import dev.offsync.sync.Deinit;
import dev.offsync.sync.DeinitOptions;
import dev.offsync.sync.Devices;
import dev.offsync.sync.DevicesOptions;
import dev.offsync.sync.Discard;
import dev.offsync.sync.DiscardOptions;
import dev.offsync.sync.Init;
import dev.offsync.sync.Pull;
import dev.offsync.sync.Purge;
import dev.offsync.sync.PurgeOptions;
import dev.offsync.sync.Push;
import dev.offsync.sync.QueueChoice;
import dev.offsync.sync.QueueFilter;
import dev.offsync.sync.QueueVerbs;
import dev.offsync.sync.ResolveOptions;
import dev.offsync.sync.Rules;
import dev.offsync.sync.Status;
import dev.offsync.sync.StatusOptions;
import dev.offsync.sync.Sync;
import dev.offsync.sync.Undo;
import dev.offsync.sync.Verify;
import dev.offsync.sync.conflicts.ConflictFilter;
import dev.offsync.sync.init.InitOptions;
import dev.offsync.sync.pull.PullOptions;
import dev.offsync.sync.push.PushOptions;
import dev.offsync.sync.run.RunMetrics;
import dev.offsync.sync.verify.VerifyOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The way from a command to its verb. Each verb's class is loaded when it is called and not before; tests of the command
 * line put their own answers here.
 */
public class Verbs {
    /** A signal ends the run that is under way; {@code exitCode} is what the process will exit with. */
    public void interrupted(int exitCode) {
        RunMetrics.interrupted(exitCode);
    }

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

    public List<OpenConflict> openConflicts(Settings settings, List<Long> ids, ConflictFilter filter) {
        return new Conflicts(settings).open(ids, filter);
    }

    public Optional<OpenQuestion> openQuestion(Settings settings, long id) {
        return new Conflicts(settings).question(id);
    }

    public UndoResult undoConflict(Settings settings, long id, boolean dryRun) {
        return new Undo(settings).run(id, dryRun);
    }

    public PurgeResult purge(Settings settings, Progress progress, PurgeOptions options) {
        return new Purge(settings, progress).run(options);
    }

    public QueueList listQueue(Settings settings, QueueFilter filter, int limit) {
        return new QueueVerbs(settings).list(filter, limit);
    }

    public RetryResult retryQueue(Settings settings, QueueChoice choice) {
        return new QueueVerbs(settings).retry(choice);
    }

    public DiscardResult discardQueue(Settings settings, DiscardOptions options) {
        return new Discard(settings).run(options);
    }

    public RuleList listRules(Settings settings) {
        return new Rules(settings).list();
    }

    public RuleChanges setRule(Settings settings, RuleDraft rule) {
        return new Rules(settings).set(rule);
    }

    public RuleChanges unsetRule(Settings settings, String table, String type) {
        return new Rules(settings).unset(table, type);
    }

    public RuleChanges applyRules(Settings settings, Path file, boolean dryRun) {
        return new Rules(settings).apply(file, dryRun);
    }

    public ConfigList listConfig(Settings settings) {
        return new Config(settings).list();
    }

    public ConfigValue getConfig(Settings settings, String key) {
        return new Config(settings).get(key);
    }

    public ConfigChange setConfig(Settings settings, String key, String value) {
        return new Config(settings).set(key, value);
    }

    public ConfigChange unsetConfig(Settings settings, String key) {
        return new Config(settings).unset(key);
    }

    public DeviceList listDevices(Settings settings, DevicesOptions options) {
        return new Devices(settings).list(options);
    }

    public RevokeResult revokeDevice(Settings settings, String name) {
        return new Devices(settings).revoke(name);
    }

    public DeinitResult deinit(Settings settings, DeinitOptions options) {
        return new Deinit(settings).run(options);
    }

    public CheckResult check(Settings settings, Progress progress) {
        return new Check(settings, progress).run();
    }

    public VerifyResult verify(Settings settings, Progress progress, VerifyOptions options) {
        return new Verify(settings, progress).run(options);
    }

    public Candidates complete(Settings settings, Complete.Kind kind) {
        return new Complete(settings).run(kind);
    }
}
