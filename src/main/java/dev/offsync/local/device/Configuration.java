package dev.offsync.local.device;

import dev.offsync.pg.Database;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;

/** The settings kept in sync_config. */
public final class Configuration {
    private final Database database;

    public Configuration(Database database) {
        this.database = database;
    }

    public Map<String, String> all() throws SQLException {
        var settings = new TreeMap<String, String>();
        database.list(
                "SELECT config_key, config_value FROM offsync.sync_config",
                row -> settings.put(row.getString(1), row.getString(2)));
        return settings;
    }

    public void set(String key, String value) throws SQLException {
        database.update("""
                INSERT INTO offsync.sync_config (config_key, config_value) VALUES (?, ?)
                ON CONFLICT (config_key) DO UPDATE SET config_value = excluded.config_value, updated_at = now()
                """, key, value);
    }

    public void unset(String key) throws SQLException {
        database.update("DELETE FROM offsync.sync_config WHERE config_key = ?", key);
    }
}
