package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors that say nothing about what was sent. */
@Tag("guarantee-6")
class PassingErrorTest {
    private static final int MORE_THAN_MAX_RETRY_COUNT = 4;

    private Fleet fleet;
    private Device a;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.of("CREATE TABLE item (id integer PRIMARY KEY, name text)", "item");
        a = fleet.a();
        fleet.hub().exec("""
                CREATE SEQUENCE calls;
                CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    PERFORM nextval('public.calls');
                    EXECUTE format('DO $d$ BEGIN RAISE ''no luck'' USING ERRCODE = %L; END $d$', TG_ARGV[0]);
                END
                $$;
                """);
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"40P01", "40001", "57P01", "57014", "53300", "53200", "53100", "55P03"})
    void none_of_them_costs_a_try_or_drops_anything(String sqlState) throws SQLException {
        fleet.hub()
                .exec("CREATE TRIGGER fail BEFORE INSERT ON item FOR EACH ROW EXECUTE FUNCTION fail('" + sqlState
                        + "')");
        a.exec("INSERT INTO item VALUES (1, 'one')");
        for (int run = 0; run < MORE_THAN_MAX_RETRY_COUNT; run++) {
            assertThatThrownBy(a::push).isInstanceOf(OffsyncException.class);
        }
        assertThat(fleet.hub().scalar("SELECT is_called FROM calls")).isEqualTo("t");
        assertThat(a.rows("SELECT retry_count, status IN ('pending', 'processing') FROM offsync.operation_queue"))
                .containsExactly("0|t");
        fleet.hub().exec("DROP TRIGGER fail ON item");
        assertThat(a.push().pushed()).isEqualTo(1);
        assertThat(fleet.onHub("SELECT name FROM item")).containsExactly("one");
    }

    /** A standby that was not promoted says the same. */
    @Test
    @Tag("guarantee-5")
    void a_hub_that_takes_no_writes_is_as_good_as_none() throws SQLException {
        Device cold = a.cold();
        cold.exec("INSERT INTO item VALUES (1, 'one')");
        fleet.hub()
                .exec("ALTER DATABASE " + fleet.hub().address().database() + " SET default_transaction_read_only = on");
        assertThatThrownBy(cold::sync).isInstanceOfSatisfying(OffsyncException.class, refused -> {
            assertThat(refused.reason()).isEqualTo(Reason.OFFLINE);
            assertThat(refused).hasMessageContaining("takes no writes");
        });
        assertThat(cold.rows("SELECT retry_count FROM offsync.operation_queue WHERE status <> 'completed'"))
                .containsExactly("0");

        // the setting holds for the session that takes it back, too
        fleet.hub()
                .exec("SET transaction_read_only = off; ALTER DATABASE "
                        + fleet.hub().address().database() + " RESET default_transaction_read_only");
        assertThat(cold.sync().push().pushed()).isEqualTo(1);
    }
}
