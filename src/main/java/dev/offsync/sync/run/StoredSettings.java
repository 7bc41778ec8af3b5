package dev.offsync.sync.run;

import dev.offsync.config.Settings;
import dev.offsync.local.device.Configuration;
import dev.offsync.pg.Database;
import dev.offsync.pg.Migrations;
import dev.offsync.pg.Side;
import dev.offsync.pg.SqlErrors;
import java.sql.SQLException;

/** Settings together with those that the local database keeps, for what works without a session there. */
public final class StoredSettings {
    private StoredSettings() {}

    /** The settings with what the local database keeps, if there is one and it keeps any. */
    public static Settings of(Settings settings, String command, RunMetrics metrics) {
        if (!settings.localIsNamed()) {
            return settings;
        }
        try (Database database = LocalSession.connect(settings, command)) {
            Settings all = of(settings, database);
            metrics.settings(all);
            metrics.look(database);
            return all;
        } catch (SQLException e) {
            throw SqlErrors.translate(e, Side.LOCAL, settings.local());
        }
    }

    /** The settings with what this database keeps, prepared or not. */
    public static Settings of(Settings settings, Database local) throws SQLException {
        return Migrations.versionOf(local).isPresent() ? settings.withStored(new Configuration(local).all()) : settings;
    }
}
