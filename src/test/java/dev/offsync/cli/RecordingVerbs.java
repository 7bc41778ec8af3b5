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
import dev.offsync.sync.Complete;
import dev.offsync.sync.ConflictFilter;
import dev.offsync.sync.InitOptions;
import dev.offsync.sync.PullOptions;
import dev.offsync.sync.PurgeOptions;
import dev.offsync.sync.PushOptions;
import dev.offsync.sync.ResolveOptions;
import dev.offsync.sync.StatusOptions;
import dev.offsync.ui.Samples;
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

    private <T> T answer(Settings given, T sample, Object... options) {
        settings = given;
        asked.addAll(List.of(options));
        if (thrown != null) {
            throw thrown;
        }
        return sample;
    }

    @Override
    public InitResult init(Settings settings, Progress progress, InitOptions options) {
        return answer(settings, Samples.init(), options);
    }

    @Override
    public StatusReport status(Settings settings, Progress progress, StatusOptions options) {
        return answer(settings, Samples.status(), options);
    }

    @Override
    public PushResult push(Settings settings, Progress progress, PushOptions options) {
        return answer(settings, Samples.push(), options);
    }

    @Override
    public PullResult pull(Settings settings, Progress progress, PullOptions options) {
        return answer(settings, Samples.pull(), options);
    }

    @Override
    public SyncResult sync(Settings settings, Progress progress, PushOptions push, PullOptions pull) {
        return answer(settings, Samples.sync(), push, pull);
    }

    @Override
    public ConflictList listConflicts(Settings settings, ConflictFilter filter) {
        return answer(settings, Samples.list(), filter);
    }

    @Override
    public ConflictDetail showConflict(Settings settings, long id) {
        return answer(settings, Samples.detail(), id);
    }

    @Override
    public ResolveResult resolveConflicts(Settings settings, ResolveOptions options) {
        return answer(settings, Samples.resolve(options.dryRun()), options);
    }

    @Override
    public PurgeResult purge(Settings settings, Progress progress, PurgeOptions options) {
        return answer(settings, Samples.purge(), options);
    }

    @Override
    public CheckResult check(Settings settings, Progress progress) {
        return answer(settings, Samples.check());
    }

    @Override
    public Candidates complete(Settings settings, Complete.Kind kind) {
        return answer(settings, new Candidates(List.of("products", "\"Order Items\"")), kind);
    }
}
