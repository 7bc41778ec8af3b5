package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A run that would delete much of a table stops before its first row. */
class MassDeleteTest {
    private Fleet fleet;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.unprepared("CREATE TABLE item (id integer PRIMARY KEY)");
        fleet.hub().exec("INSERT INTO item SELECT generate_series(1, 300)");
        fleet.a().init("item");
        fleet.b().init("item");
        fleet.settle();
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    @Test
    void a_push_stops_and_sends_nothing_until_it_is_told_that_it_is_meant() throws SQLException {
        fleet.a().exec("DELETE FROM item WHERE id <= 200");
        assertThatThrownBy(fleet.a()::push).isInstanceOfSatisfying(OffsyncException.class, stop -> {
            assertThat(stop.reason()).isEqualTo(Reason.MASS_DELETE);
            assertThat(stop.hint()).contains("offsync push --allow-mass-delete");
        });
        assertThat(fleet.onHub("SELECT count(*) FROM item")).containsExactly("300");
        assertThat(fleet.a().pushMassDelete().pushed()).isEqualTo(200);
        assertThat(fleet.onHub("SELECT count(*) FROM item")).containsExactly("100");
    }

    @Test
    void a_pull_stops_and_applies_nothing_until_it_is_told_that_it_is_meant() throws SQLException {
        fleet.hub().exec("DELETE FROM item WHERE id <= 200");
        assertThatThrownBy(fleet.b()::pull)
                .isInstanceOfSatisfying(OffsyncException.class, stop -> assertThat(stop.reason())
                        .isEqualTo(Reason.MASS_DELETE));
        assertThat(fleet.b().rows("SELECT count(*) FROM item")).containsExactly("300");
        assertThat(fleet.b().pullMassDelete().deleted()).isEqualTo(200);
    }

    @Test
    void fewer_than_a_hundred_rows_are_no_mass_delete_whatever_their_share() throws SQLException {
        fleet.a().exec("DELETE FROM item WHERE id > 99");
        fleet.a().pushMassDelete();
        fleet.a().exec("DELETE FROM item");
        assertThat(fleet.a().push().pushed()).isEqualTo(99);
    }
}
