package dev.offsync.upgrade;

import dev.offsync.config.CommandLineSettings;
import dev.offsync.config.Settings;
import dev.offsync.model.Direction;
import dev.offsync.model.InitResult;
import dev.offsync.model.Progress;
import dev.offsync.model.SyncResult;
import dev.offsync.sync.Init;
import dev.offsync.sync.InitOptions;
import dev.offsync.sync.PullOptions;
import dev.offsync.sync.PushOptions;
import dev.offsync.sync.Sync;
import dev.offsync.testing.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The one device of a fixture, with its hub. */
record Till(TestDatabase local, TestDatabase hub) {
    private static final PullOptions EVERYTHING = new PullOptions(List.of(), false, null, false, false);

    /** Prepares both databases for {@code tables}, or brings up to date what an earlier version prepared. */
    InitResult init(@Nullable String device, String... tables) {
        return new Init(settings(), Progress.NONE)
                .run(new InitOptions(
                        List.of(tables),
                        false,
                        device,
                        Direction.BOTH,
                        false,
                        Map.of(),
                        Map.of(),
                        false,
                        null,
                        InitOptions.Existing.MERGE,
                        InitOptions.Scope.BOTH,
                        false,
                        false,
                        false,
                        null));
    }

    SyncResult sync() {
        return new Sync(settings(), Progress.NONE).run(PushOptions.everything(), EVERYTHING);
    }

    private Settings settings() {
        return Settings.resolve(
                new CommandLineSettings(local.url(), hub.url(), null, null, null, null, Map.of()),
                Map.of(),
                Path.of("target"));
    }
}
