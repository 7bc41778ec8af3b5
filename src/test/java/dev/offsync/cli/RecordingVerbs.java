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
import dev.offsync.sync.Complete;
import dev.offsync.sync.DeinitOptions;
import dev.offsync.sync.DevicesOptions;
import dev.offsync.sync.DiscardOptions;
import dev.offsync.sync.PurgeOptions;
import dev.offsync.sync.QueueChoice;
import dev.offsync.sync.QueueFilter;
import dev.offsync.sync.ResolveOptions;
import dev.offsync.sync.StatusOptions;
import dev.offsync.sync.conflicts.ConflictFilter;
import dev.offsync.sync.init.InitOptions;
import dev.offsync.sync.pull.PullOptions;
import dev.offsync.sync.push.PushOptions;
import dev.offsync.sync.verify.VerifyOptions;
import dev.offsync.ui.ConflictSamples;
import dev.offsync.ui.RunSamples;
import dev.offsync.ui.Samples;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Verbs that note what they were asked and answer with a sample, or throw. */
class RecordingVerbs extends Verbs {
    final List<Object> asked = new ArrayList<>();

    @Nullable
    Settings settings;

    @Nullable
    RuntimeException thrown;

    @Nullable
    Error collapse;

    private <T> T answer(Settings given, T sample, Object... options) {
        settings = given;
        asked.addAll(List.of(options));
        if (collapse != null) {
            throw collapse;
        }
        if (thrown != null) {
            throw thrown;
        }
        return sample;
    }

    @Override
    public InitResult init(Settings settings, Progress progress, InitOptions options) {
        return answer(settings, RunSamples.init(), options);
    }

    @Override
    public StatusReport status(Settings settings, Progress progress, StatusOptions options) {
        return answer(settings, RunSamples.status(), options);
    }

    @Override
    public PushResult push(Settings settings, Progress progress, PushOptions options) {
        return answer(settings, RunSamples.push(), options);
    }

    @Override
    public PullResult pull(Settings settings, Progress progress, PullOptions options) {
        return answer(settings, RunSamples.pull(), options);
    }

    @Override
    public SyncResult sync(Settings settings, Progress progress, PushOptions push, PullOptions pull) {
        return answer(settings, RunSamples.sync(), push, pull);
    }

    @Override
    public ConflictList listConflicts(Settings settings, ConflictFilter filter) {
        return answer(settings, ConflictSamples.list(), filter);
    }

    @Override
    public ConflictDetail showConflict(Settings settings, long id) {
        return answer(settings, ConflictSamples.detail(), id);
    }

    @Override
    public ResolveResult resolveConflicts(Settings settings, ResolveOptions options) {
        return answer(settings, ConflictSamples.resolve(options.dryRun()), options);
    }

    @Override
    public List<OpenConflict> openConflicts(Settings settings, List<Long> ids, ConflictFilter filter) {
        return answer(settings, List.of(), ids, filter);
    }

    @Override
    public UndoResult undoConflict(Settings settings, long id, boolean dryRun) {
        return answer(settings, ConflictSamples.undo(dryRun), id, dryRun);
    }

    @Override
    public PurgeResult purge(Settings settings, Progress progress, PurgeOptions options) {
        return answer(settings, RunSamples.purge(), options);
    }

    @Override
    public QueueList listQueue(Settings settings, QueueFilter filter, int limit) {
        return answer(settings, Samples.queue(), filter, limit);
    }

    @Override
    public RetryResult retryQueue(Settings settings, QueueChoice choice) {
        return answer(settings, Samples.retried(), choice);
    }

    @Override
    public DiscardResult discardQueue(Settings settings, DiscardOptions options) {
        return answer(settings, Samples.discarded(options.dryRun()), options);
    }

    @Override
    public RuleList listRules(Settings settings) {
        return answer(settings, Samples.rules());
    }

    @Override
    public RuleChanges setRule(Settings settings, RuleDraft rule) {
        return answer(settings, Samples.ruleChanges(false), rule);
    }

    @Override
    public RuleChanges unsetRule(Settings settings, String table, String type) {
        return answer(settings, Samples.ruleChanges(false), table, type);
    }

    @Override
    public RuleChanges applyRules(Settings settings, Path file, boolean dryRun) {
        return answer(settings, Samples.ruleChanges(dryRun), file, dryRun);
    }

    @Override
    public ConfigList listConfig(Settings settings) {
        return answer(settings, Samples.config());
    }

    @Override
    public ConfigValue getConfig(Settings settings, String key) {
        return answer(settings, Samples.configValue(), key);
    }

    @Override
    public ConfigChange setConfig(Settings settings, String key, String value) {
        return answer(settings, Samples.configChange(), key, value);
    }

    @Override
    public ConfigChange unsetConfig(Settings settings, String key) {
        return answer(settings, Samples.configChange(), key);
    }

    @Override
    public DeviceList listDevices(Settings settings, DevicesOptions options) {
        return answer(settings, Samples.devices(), options);
    }

    @Override
    public RevokeResult revokeDevice(Settings settings, String name) {
        return answer(settings, Samples.revoked(), name);
    }

    @Override
    public DeinitResult deinit(Settings settings, DeinitOptions options) {
        return answer(settings, Samples.deinit(options.dryRun()), options);
    }

    @Override
    public VerifyResult verify(Settings settings, Progress progress, VerifyOptions options) {
        return answer(settings, RunSamples.verify());
    }

    @Override
    public CheckResult check(Settings settings, Progress progress) {
        return answer(settings, RunSamples.check());
    }

    @Override
    public Candidates complete(Settings settings, Complete.Kind kind) {
        return answer(settings, new Candidates(List.of("products", "\"Order Items\"")), kind);
    }
}
