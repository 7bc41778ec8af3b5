package dev.offsync.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.testing.FaultProxy;
import dev.offsync.testing.FaultProxy.Direction;
import java.sql.SQLException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A link that breaks a little later in every run, from the login to the last message: what was sent and not answered,
 * the next run finds out.
 */
@Order(6)
class LostReplyIT {
    private static final int NEVER_MORE_RUNS = 100;

    /** Every so many-th run is a process of the jar; the others are cut in the same places, and differ in nothing else. */
    private static final int A_PROCESS_EACH = 3;

    @AutoClose
    private final Fleet fleet = new Fleet();

    @AutoClose
    private final FaultProxy link = FaultProxy.before(fleet.hub().address());

    private final Device till = fleet.till().reaching(link.address());

    @BeforeEach
    void join() throws SQLException {
        fleet.join(till, "--tables", "products,sensor_data").countingEffectsOn("sensor_data");
        Fleet.countEffects(till.database(), "products");
    }

    @ParameterizedTest
    @EnumSource
    @Tag("guarantee-5")
    void a_link_may_break_anywhere(Direction direction) throws SQLException {
        int works = 0;
        int runs = 0;
        Answer answer;
        do {
            // new work only when the former is done, or the work would grow as fast as the cut moves on
            if (isEverythingThere()) {
                works++;
                till.sql("INSERT INTO sensor_data (sensor_id) VALUES (?), (?)", works, works);
                fleet.sql("INSERT INTO products (name) VALUES (?)", "product " + works);
            }
            link.cutAfterMessages(direction, messagesBefore(runs, direction));
            answer = runs++ % A_PROCESS_EACH == 0
                    ? till.offsync("sync", "--json")
                    : till.inThisProcess("sync", "--json");
            assertThat(answer.exitCode()).as("run %s: %s", runs, answer).isIn(0, 13);
        } while (answer.exitCode() == 13 && runs < NEVER_MORE_RUNS);

        assertThat(link.cuts()).isBetween(15, NEVER_MORE_RUNS - 1);
        assertEachEffectOnce(works);
    }

    /** The first messages of each side are its login's, where every cut is like the other. */
    private static int messagesBefore(int run, Direction direction) {
        return direction == Direction.TO_SERVER ? 4 + 3 * run : 20 + 4 * run;
    }

    private boolean isEverythingThere() throws SQLException {
        return fleet.scalar("SELECT count(*) FROM products").equals(till.scalar("SELECT count(*) FROM products"))
                && "0".equals(till.scalar("SELECT count(*) FROM offsync.operation_queue WHERE status <> 'completed'"));
    }

    private void assertEachEffectOnce(int works) throws SQLException {
        assertThat(fleet.rows("SELECT id, sensor_id FROM sensor_data ORDER BY id"))
                .isEqualTo(till.rows("SELECT id, sensor_id FROM sensor_data ORDER BY id"))
                .hasSize(2 * works);
        assertThat(till.rows("SELECT id, name FROM products ORDER BY id"))
                .isEqualTo(fleet.rows("SELECT id, name FROM products ORDER BY id"))
                .hasSize(works);
        String effects = "SELECT kind, count(*), count(DISTINCT id) FROM effect GROUP BY kind";
        assertThat(fleet.rows(effects)).containsExactly("INSERT|" + 2 * works + "|" + 2 * works);
        assertThat(till.rows(effects)).containsExactly("INSERT|" + works + "|" + works);
        assertThat(till.rows("SELECT DISTINCT status, retry_count FROM offsync.operation_queue"))
                .containsExactly("completed|0");
    }
}
