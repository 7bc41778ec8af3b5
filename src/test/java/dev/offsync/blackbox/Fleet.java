package dev.offsync.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.testing.Sql;
import dev.offsync.testing.TestDatabase;
import dev.offsync.testing.TestDatabases;
import dev.offsync.testing.TestServers;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One test's own hub and two devices, with the design's tables in each; nothing is prepared for offsync at first. */
final class Fleet implements AutoCloseable {
    static final String ALL_TABLES = "local_data,products,orders,sensor_data";

    private final TestDatabase hub = TestDatabases.create(TestServers.hub(), "design-hub", tables("hub.sql"));
    private final List<TestDatabase> databases = new ArrayList<>(List.of(hub));
    private final Device till = device("till");
    private final Device van = device("van");

    TestDatabase hub() {
        return hub;
    }

    Device till() {
        return till;
    }

    Device van() {
        return van;
    }

    /** Prepares {@code device} and the hub for all tables of the design. */
    Fleet join(Device device) {
        return join(device, "--tables", ALL_TABLES);
    }

    /** Prepares {@code device} and the hub as {@code options} of init say. */
    Fleet join(Device device, String... options) {
        var arguments = new ArrayList<>(List.of("init", "--device", device.name()));
        arguments.addAll(List.of(options));
        Answer answer = device.inThisProcess(arguments.toArray(String[]::new));
        assertThat(answer.exitCode()).as("%s", answer).isZero();
        return this;
    }

    void sql(String sql, @Nullable Object... arguments) throws SQLException {
        hub.exec(sql, arguments);
    }

    List<String> rows(String sql, @Nullable Object... arguments) throws SQLException {
        return hub.rows(sql, arguments);
    }

    @Nullable
    String scalar(String sql, @Nullable Object... arguments) throws SQLException {
        return hub.scalar(sql, arguments);
    }

    /** From now on the hub counts every effect on {@code table} in the table {@code effect}. */
    Fleet countingEffectsOn(String table) throws SQLException {
        countEffects(hub, table);
        return this;
    }

    /** As triggers of the kind that fire for pulled rows, too, do: one row in {@code effect} for each row changed. */
    static void countEffects(TestDatabase database, String table) throws SQLException {
        database.exec("""
                CREATE TABLE effect (id bigint, kind text);
                CREATE FUNCTION count_effect() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    INSERT INTO public.effect VALUES (CASE TG_OP WHEN 'DELETE' THEN OLD.id ELSE NEW.id END, TG_OP);
                    RETURN NULL;
                END
                $$;
                CREATE TRIGGER count_effect AFTER INSERT OR UPDATE OR DELETE ON %1$s
                FOR EACH ROW EXECUTE FUNCTION count_effect();
                ALTER TABLE %1$s ENABLE ALWAYS TRIGGER count_effect;
                """.formatted(table));
    }

    @Override
    public void close() throws SQLException {
        for (TestDatabase database : databases) {
            database.close();
        }
    }

    private Device device(String name) {
        TestDatabase database = TestDatabases.create(TestServers.device(), "design-device", tables("device.sql"));
        databases.add(database);
        return new Device(name, database, hub.address());
    }

    private static TestDatabases.Content tables(String resource) {
        return (Sql sql) -> sql.exec(text(resource));
    }

    private static String text(String resource) {
        try (InputStream bytes = Fleet.class.getResourceAsStream(resource)) {
            return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
