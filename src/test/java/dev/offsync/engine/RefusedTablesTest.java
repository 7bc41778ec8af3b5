package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables of which not every write could be captured are refused, with the reason. */
@Tag("guarantee-1")
class RefusedTablesTest {
    private Fleet fleet;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.unprepared("""
                CREATE TABLE vehicle (id integer PRIMARY KEY);
                CREATE TABLE lorry (PRIMARY KEY (id), axles integer) INHERITS (vehicle);
                CREATE TABLE reading (id integer PRIMARY KEY) PARTITION BY RANGE (id);
                CREATE TABLE first_reading PARTITION OF reading FOR VALUES FROM (1) TO (100);
                """);
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    @ParameterizedTest
    @CsvSource({"vehicle, inheritance", "lorry, inheritance", "first_reading, partition"})
    void inheritance_and_a_leaf_alone(String table, String reason) throws SQLException {
        assertThatThrownBy(() -> fleet.a().init(table))
                .hasMessageContaining(table)
                .hasMessageContaining(reason)
                .isInstanceOfSatisfying(OffsyncException.class, refused -> assertThat(refused.reason())
                        .isEqualTo(Reason.USAGE));
        assertThat(fleet.a()
                        .rows("SELECT tgname FROM pg_trigger WHERE tgrelid = '" + table + "'::regclass"
                                + " AND NOT tgisinternal"))
                .isEmpty();
    }
}
