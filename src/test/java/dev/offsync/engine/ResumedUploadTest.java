package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.testing.FaultProxy;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A large batch whose upload breaks off does not start again from zero, and arrives whole and once all the same. */
@Tag("guarantee-5")
class ResumedUploadTest {
    private static final int ROWS = 6_000;
    private static final long WHOLE = ROWS * 4_000L;
    private static final long MOST_OF_IT = WHOLE * 3 / 4;
    private static final String TABLE = "CREATE TABLE item (id integer PRIMARY KEY, content text)";
    private static final String CONTENT = "SELECT count(*), md5(string_agg(md5(content), '' ORDER BY id)) FROM item";

    private Fleet fleet;
    private Device direct;
    private Device linked;
    private FaultProxy link;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.of(TABLE, "item");
        direct = fleet.a();
        link = FaultProxy.before(fleet.hub().address());
        linked = new Device("a", direct.database(), link.address().url());
        for (int from = 0; from < ROWS; from += ROWS / 10) {
            direct.exec(
                    "INSERT INTO item SELECT ? + i, repeat(md5(i::text), 125) FROM generate_series(1, ?) AS i",
                    from,
                    ROWS / 10);
        }
    }

    @AfterEach
    void drop() throws SQLException {
        link.close();
        fleet.close();
    }

    @Test
    void what_has_arrived_is_not_sent_again() throws SQLException {
        breakOff();
        pushTheRest();
        assertThat(fleet.hub().rows(CONTENT)).isEqualTo(direct.rows(CONTENT));
        assertThat(direct.push().pushed()).isZero();
    }

    @Test
    void a_pull_meanwhile_takes_nothing_of_it_away() throws SQLException {
        breakOff();
        direct.pull();
        pushTheRest();
        assertThat(fleet.hub().rows(CONTENT)).isEqualTo(direct.rows(CONTENT));
    }

    @Test
    void pieces_that_say_something_else_by_now_are_sent_again_and_never_mixed_in() throws SQLException {
        direct.push();
        direct.exec("UPDATE item SET content = content || '!'");
        breakOff();
        direct.exec("UPDATE item SET content = 'new' WHERE id <= 100");
        direct.exec("DELETE FROM item WHERE id % 100 = 0");
        direct.push();
        assertThat(fleet.hub().rows(CONTENT)).isEqualTo(direct.rows(CONTENT));
        assertThat(left()).isZero();
    }

    @Test
    void a_smaller_batch_takes_what_is_its_own_and_the_rest_is_dropped() throws SQLException {
        breakOff();
        direct.configure("batch_size", "2000");
        direct.push();
        assertThat(fleet.hub().rows(CONTENT)).isEqualTo(direct.rows(CONTENT));
        assertThat(left()).isZero();
    }

    private void breakOff() {
        link.cutAfterBytes(FaultProxy.Direction.TO_SERVER, MOST_OF_IT);
        assertThatThrownBy(linked::push)
                .isInstanceOfSatisfying(OffsyncException.class, broken -> assertThat(broken.reason())
                        .isEqualTo(Reason.OFFLINE));
    }

    /** A link that carries no more than half of the whole is enough for the rest. */
    private void pushTheRest() throws SQLException {
        int cuts = link.cuts();
        link.cutAfterBytes(FaultProxy.Direction.TO_SERVER, WHOLE / 2);
        assertThat(linked.push().pushed()).isEqualTo(ROWS);
        assertThat(link.cuts()).isEqualTo(cuts);
        assertThat(left()).isZero();
    }

    private long left() throws SQLException {
        List<String> uploads = fleet.hub().rows("SELECT 'offsync.upload_' || id FROM offsync.device WHERE name = 'a'");
        return Long.parseLong(fleet.hub().scalar("SELECT count(*) FROM " + uploads.get(0)));
    }
}
