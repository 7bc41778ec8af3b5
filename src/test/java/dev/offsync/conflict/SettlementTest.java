package dev.offsync.conflict;

import static dev.offsync.conflict.Meeting.BASE;
import static dev.offsync.conflict.Meeting.TEN;
import static dev.offsync.conflict.Meeting.decide;
import static dev.offsync.conflict.Meeting.product;
import static dev.offsync.conflict.Meeting.rule;
import static dev.offsync.conflict.Meeting.stamped;
import static dev.offsync.conflict.Meeting.updates;
import static dev.offsync.conflict.Meeting.versioned;
import static dev.offsync.model.ConflictType.FOREIGN_KEY;
import static dev.offsync.model.ConflictType.INSERT_INSERT;
import static dev.offsync.model.ConflictType.UNIQUE_VIOLATION;
import static dev.offsync.model.ConflictType.UPDATE_DELETE;
import static dev.offsync.model.Strategy.LOCAL_WINS;
import static dev.offsync.model.Strategy.LWW;
import static dev.offsync.model.Strategy.MANUAL;
import static dev.offsync.model.Strategy.REKEY;
import static dev.offsync.model.Strategy.REMOTE_WINS;
import static dev.offsync.model.Strategy.VERSION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.conflict.Decision.KeepLocal;
import dev.offsync.conflict.Decision.KeepRemote;
import dev.offsync.conflict.Decision.Open;
import dev.offsync.model.Conflict;
import dev.offsync.model.ConflictType;
import dev.offsync.model.Row;
import dev.offsync.model.Strategy;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("guarantee-11")
class SettlementTest {
    private static final Row LOCAL = product("lamp", "12.00", "5");
    private static final Row REMOTE = product("lamp", "11.00", "4");
    private static final Conflict UPDATES = updates(LOCAL, REMOTE);

    @Test
    void lww_keeps_the_later_change() {
        assertThat(decide(UPDATES, rule(LWW)))
                .isEqualTo(new KeepLocal("lww: the local change of 2026-03-01T10:01:00Z is later than the hub's of "
                        + "2026-03-01T10:00:00Z"));
        assertThat(lww(TEN, TEN.plusNanos(1000))).isInstanceOf(KeepRemote.class);
    }

    @Test
    void lww_lets_the_hub_win_equal_stamps_and_an_unknown_local_time() {
        assertThat(lww(TEN, TEN)).isInstanceOf(KeepRemote.class);
        assertThat(lww(null, TEN)).isInstanceOf(KeepRemote.class);
        assertThat(lww(null, null)).isInstanceOf(KeepRemote.class);
    }

    @Test
    void lww_takes_a_row_the_hub_never_stamped_for_the_older_one() {
        assertThat(lww(TEN, null)).isInstanceOf(KeepLocal.class);
    }

    @Test
    void version_keeps_the_greater_and_the_hub_on_a_tie() {
        assertThat(decide(versioned(UPDATES, 5, 4), rule(VERSION))).isInstanceOf(KeepLocal.class);
        assertThat(decide(versioned(UPDATES, 4, 5), rule(VERSION))).isInstanceOf(KeepRemote.class);
        assertThat(decide(versioned(UPDATES, 5, 5), rule(VERSION))).isInstanceOf(KeepRemote.class);
    }

    @ParameterizedTest
    @EnumSource
    void remote_wins_keeps_the_hub_whatever_the_type(ConflictType type) {
        assertThat(decide(meeting(type), rule(REMOTE_WINS))).isInstanceOf(KeepRemote.class);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "UNIQUE_VIOLATION")
    void local_wins_keeps_the_device(ConflictType type) {
        assertThat(decide(meeting(type), rule(LOCAL_WINS))).isInstanceOf(KeepLocal.class);
    }

    @ParameterizedTest
    @EnumSource(names = {"LWW", "LOCAL_WINS"})
    void no_rule_can_keep_a_row_whose_unique_value_another_row_holds(Strategy strategy) {
        Decision decision = decide(meeting(UNIQUE_VIOLATION), rule(strategy));
        assertThat(decision).isInstanceOf(Open.class);
        assertThat(decision.because()).contains("another row holds its unique value");
    }

    @ParameterizedTest
    @EnumSource
    void manual_leaves_every_type_open(ConflictType type) {
        assertThat(decide(meeting(type), rule(MANUAL))).isEqualTo(new Open("manual: a person decides"));
    }

    @Test
    void rekey_is_for_two_rows_of_one_key_and_leaves_the_rest_to_its_fallback() {
        for (ConflictType type : ConflictType.values()) {
            Decision decision = decide(meeting(type), rule(REKEY));
            if (type == ConflictType.INSERT_INSERT) {
                assertThat(decision).isInstanceOf(Decision.Rekey.class);
            } else {
                assertThat(decision).isInstanceOf(Open.class);
                assertThat(decision.because()).startsWith("rekey is for two rows of one key; ");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void equal_rows_need_no_rule(Strategy strategy) {
        assertThat(decide(updates(LOCAL, LOCAL), rule(strategy))).isInstanceOf(KeepRemote.class);
        assertThat(decide(Meeting.of(INSERT_INSERT, null, LOCAL, LOCAL), rule(strategy)))
                .isInstanceOf(KeepRemote.class);
        assertThat(decide(Meeting.of(UPDATE_DELETE, BASE, null, null), rule(strategy)))
                .isInstanceOf(KeepRemote.class);
    }

    @Test
    void a_row_that_differs_only_in_a_column_captured_without_is_equal() {
        assertThat(decide(updates(LOCAL, LOCAL.with("colour", "red")), rule(MANUAL)))
                .isInstanceOf(KeepRemote.class);
        assertThat(decide(updates(LOCAL.with("colour", "red"), LOCAL), rule(MANUAL)))
                .isInstanceOf(Open.class);
    }

    @Test
    void a_tie_is_told_as_a_tie() {
        assertThat(decide(stamped(UPDATES, TEN, TEN), rule(LWW)).because())
                .isEqualTo("lww: both changes are of " + TEN + ", and the hub wins a tie");
        assertThat(decide(versioned(UPDATES, 5, 5), rule(VERSION)).because())
                .isEqualTo("version: both versions are 5, and the hub wins a tie");
    }

    @Test
    void what_cannot_be_carried_out_is_left_to_the_fallback() {
        var settlement = new Settlement((function, met) -> null);
        assertThat(settlement.instead(UPDATES, Meeting.merge(REMOTE_WINS))).isInstanceOf(KeepRemote.class);
        assertThat(settlement.instead(UPDATES, rule(MANUAL))).isInstanceOf(Open.class);
    }

    @Test
    void a_reason_is_led_in_and_the_decision_stays() {
        assertThat(Stream.of(
                        new KeepLocal("why"),
                        new KeepRemote("why"),
                        new Decision.Write(LOCAL, "why"),
                        new Decision.Displace(REMOTE, "why"),
                        new Decision.Rekey("why"),
                        new Open("why")))
                .allSatisfy(decision -> {
                    Decision led = decision.after("first, ");
                    assertThat(led.because()).isEqualTo("first, why");
                    assertThat(led)
                            .usingRecursiveComparison()
                            .ignoringFields("because")
                            .isEqualTo(decision);
                });
    }

    /** A conflict of each type; lww would keep the local side of all of them. */
    private static Conflict meeting(ConflictType type) {
        return switch (type) {
            case UPDATE_UPDATE -> UPDATES;
            case UPDATE_DELETE -> Meeting.of(UPDATE_DELETE, BASE, null, REMOTE);
            case INSERT_INSERT -> Meeting.of(INSERT_INSERT, null, LOCAL, REMOTE);
            case UNIQUE_VIOLATION -> Meeting.of(UNIQUE_VIOLATION, BASE, LOCAL, REMOTE.with("id", "8"));
            case FOREIGN_KEY -> Meeting.of(FOREIGN_KEY, BASE, LOCAL, null);
        };
    }

    private static Decision lww(Instant local, Instant remote) {
        return decide(stamped(UPDATES, local, remote), rule(LWW));
    }
}
