package dev.offsync.upgrade;

import dev.offsync.config.Settings;
import dev.offsync.model.InitResult;
import dev.offsync.model.Progress;
import dev.offsync.model.SyncResult;
import dev.offsync.sync.Sync;
import dev.offsync.sync.pull.PullOptions;
import dev.offsync.sync.push.PushOptions;
import dev.offsync.testing.InitRequest;
import dev.offsync.testing.TestDatabase;
import dev.offsync.testing.TestSettings;
import org.jspecify.annotations.Nullable;

/** The one device of a fixture, with its hub. */
record Till(TestDatabase local, TestDatabase hub) {
    /** Prepares both databases for {@code tables}, or brings up to date what an earlier version prepared. */
    InitResult init(@Nullable String device, String... tables) {
        return InitRequest.of(tables).device(device).run(settings());
    }

    SyncResult sync() {
        return new Sync(settings(), Progress.NONE).run(PushOptions.everything(), PullOptions.everything());
    }

    private Settings settings() {
        return TestSettings.of(local.url(), hub.url());
    }
}
