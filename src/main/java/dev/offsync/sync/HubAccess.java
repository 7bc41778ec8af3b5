package dev.offsync.sync;

import dev.offsync.config.Settings;
import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.model.Endpoint;
import dev.offsync.pg.Database;
import dev.offsync.pg.Migrations;
import dev.offsync.sync.run.HubErrors;
import dev.offsync.sync.run.HubLink;
import dev.offsync.sync.run.RunMetrics;
import dev.offsync.sync.run.StoredSettings;
import java.sql.SQLException;
import java.util.OptionalInt;

/** The way to the hub for commands that need no device. */
final class HubAccess {
    /** Work on the hub's database. */
    @FunctionalInterface
    interface Work<T> {
        T run(Database database) throws SQLException;
    }

    private HubAccess() {}

    /**
     * The settings with what the local database keeps. Where the hub is named already, a local database out of reach is
     * no obstacle.
     */
    static Settings settings(Settings settings, String command, RunMetrics metrics) {
        try {
            return StoredSettings.of(settings, command, metrics);
        } catch (OffsyncException e) {
            if (e.reason() == Reason.LOCAL_UNREACHABLE && settings.hubIfNamed().isPresent()) {
                return settings;
            }
            throw e;
        }
    }

    /** Runs {@code work} on a hub that this offsync prepared. */
    static <T> T with(Settings settings, String command, Work<T> work) {
        return connected(settings, command, database -> {
            OptionalInt version = Migrations.versionOf(database);
            HubLink.requireSchema(version, version.isEmpty() ? 0 : Migrations.servesFrom(database));
            return work.run(database);
        });
    }

    /** Runs {@code work} on the hub, prepared or not. */
    static <T> T connected(Settings settings, String command, Work<T> work) {
        Endpoint endpoint = settings.hub();
        try (Database database = HubLink.connect(settings, endpoint, command)) {
            return work.run(database);
        } catch (SQLException e) {
            throw HubErrors.translate(e, endpoint);
        }
    }
}
